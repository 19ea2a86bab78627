#!/usr/bin/env bash
# Runs a Windows program of kettle's under Wine (`systems.rs`). Two things are made first. Debian
# 12's Wine has no `bcryptprimitives.dll`, with which each program of Rust begins. And it shows the
# whole disk as Z:, with Linux's `/proc`, which no Windows has: here Z: is kettle's tree.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
export WINEPREFIX=$root/target/systems/wine WINEDEBUG=-all
unset DISPLAY
library=$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll
if [ ! -e "$library" ]; then
    mkdir -p "$WINEPREFIX"
    /usr/lib/wine/wine64 wineboot -i >&2
    ln -sfn "$root" "$WINEPREFIX/dosdevices/z:"
    x86_64-w64-mingw32-gcc -shared -o "$library" -x c - -ladvapi32 <<'C'
#include <windows.h>
BOOLEAN NTAPI SystemFunction036(PVOID, ULONG);
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE to, SIZE_T n) {
    return SystemFunction036(to, (ULONG)n);
}
C
fi
[ -z "${CARGO_MANIFEST_DIR-}" ] || export CARGO_MANIFEST_DIR="Z:${CARGO_MANIFEST_DIR#"$root"}/"
exec /usr/lib/wine/wine64 "$@"
