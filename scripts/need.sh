# Sourced by ./test. need COMMAND PACKAGE: true if the command is there, or could be installed as root.
need() {
  command -v "$1" >/dev/null && { echo "$1 is here"; return 0; }
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then return 1; fi
  echo "installing $2"
  local get=(env DEBIAN_FRONTEND=noninteractive apt-get -y -qq -o DPkg::Lock::Timeout=300 install --no-install-recommends "$2")
  "${get[@]}" >/dev/null 2>&1 || { apt-get -qq -o DPkg::Lock::Timeout=300 update >/dev/null 2>&1 && "${get[@]}" >/dev/null; } || return 1
  command -v "$1" >/dev/null
}
