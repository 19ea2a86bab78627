// All parts of the look at the replays, in their order.

export { walk } from "./walk.mjs";
export { state } from "./state.mjs";
export const ONCE = [];
