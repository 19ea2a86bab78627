// All parts of the look at the replays, in their order.

import { answer } from "./answer.mjs";
import { controls } from "./controls.mjs";
import { lanes } from "./lanes.mjs";
import { looks } from "./looks.mjs";
import { meeting } from "./state.mjs";
import { quiz } from "./quiz.mjs";
import { room } from "./room.mjs";
import { scale } from "./scale.mjs";
import { screens } from "./screens.mjs";
import { search } from "./search.mjs";
import { stacks } from "./stacks.mjs";
import { times } from "./times.mjs";
import { truth } from "./truth.mjs";

export { walk } from "./walk.mjs";
export { state } from "./state.mjs";
/** Those that are not done for each program anew. */
export const ONCE = [answer, controls, lanes, meeting, quiz, search, stacks, times, truth, looks, room, screens, scale];
