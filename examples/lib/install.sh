# Sourced by the scripts that start from a bare Debian: installs the packages that are missing.

# install_missing PACKAGE...: with sudo when not root, and only when something is missing.
install_missing() {
  missing=
  for package in "$@"; do
    case $(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || :) in
      ii*) ;;
      *) missing="$missing $package" ;;
    esac
  done
  [ -n "$missing" ] || return 0
  as_root=
  if [ "$(id -u)" -ne 0 ]; then as_root=sudo; fi
  printf 'installing:%s\n' "$missing"
  $as_root apt-get update -qq
  # shellcheck disable=SC2086  # the list is words
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
