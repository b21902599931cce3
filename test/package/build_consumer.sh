#!/usr/bin/env bash
# build_consumer.sh package|pkg_config|subdirectory|fetch SOURCE BUILD: builds consumer/ against Waggle in one way, runs it, checks what it prints.
#
# The first two install BUILD under a prefix, then move the prefix before they use it: nothing installed may remember where it was. The other
# two compile Waggle from SOURCE as part of the consumer, with the release preset's flags, so that ccache knows the answers.
set -euo pipefail
way=$1 source=$2 build=$3
work="$build/consumer/$way"
mkdir -p "$work"

install_and_move() {
  rm -rf "$work/first" "$work/moved"
  cmake --install "$build" --prefix "$work/first" >/dev/null
  mv "$work/first" "$work/moved"
  if grep -rIl "$work/first" "$work/moved"; then
    echo "the files above name the prefix that they were installed under"
    exit 1
  fi
  if find "$work/moved" -name 'sqlite3*.h' | grep .; then
    echo "the engine's header is installed"
    exit 1
  fi
  "$work/moved/bin/waggle" version >/dev/null
}

configure() {
  cmake -S "$source/test/package/consumer" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O2 \
    -DCMAKE_C_FLAGS_RELEASE=-O2 "-DWAGGLE_FROM=$way" "$@" >"$work/configure.log" 2>&1 || { cat "$work/configure.log"; exit 1; }
  cmake --build "$work/build" --parallel 2 --target app
}

compile_with_waggle() {
  local launcher=
  if command -v ccache >/dev/null; then launcher="$(command -v cmake);-E;env;CCACHE_SLOPPINESS=pch_defines,time_macros;$(command -v ccache)"; fi
  configure "-DCMAKE_C_COMPILER_LAUNCHER=$launcher" "-DCMAKE_CXX_COMPILER_LAUNCHER=$launcher" "-DWAGGLE_SOURCE=$source"
}

case $way in
  package)
    install_and_move
    rm -rf "$work/build"
    configure "-DCMAKE_PREFIX_PATH=$work/moved"
    ;;
  pkg_config)
    install_and_move
    mkdir -p "$work/build"
    pc=$(find "$work/moved" -name pkgconfig)
    flags=$(PKG_CONFIG_PATH=$pc pkg-config --cflags --libs waggle)
    # shellcheck disable=SC2086  # the flags are words
    g++ -std=c++20 "$source/test/package/consumer/main.cc" $flags -o "$work/build/app"
    ;;
  subdirectory | fetch) compile_with_waggle ;;
  *) echo "unknown way: $way"; exit 2 ;;
esac

printed=$(cd "$work/build" && rm -f app.db* && ./app app.db)
expected='bee-1 remembers nectar = {"where":"east"}'
if [ "$printed" != "$expected" ]; then
  echo "the consumer printed: $printed"
  echo "expected:             $expected"
  exit 1
fi
echo "$printed"
