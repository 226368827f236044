#!/bin/sh
# Judge stripped machine code against its own DWARF on code that is not shaped like TensorRT-LLM: two packages built
# from Debian's source with -g -O2, in a scratch folder.
#
#   tools/judge_debian_packages.sh SCRATCH
#
# Needs Debian 12, root for apt-get, and: cmake g++ libfreetype-dev libx11-dev libxrandr-dev libxcursor-dev libudev-dev
# libgl-dev libopenal-dev libvorbis-dev libflac-dev.
set -eu
scratch=$(realpath "${1:?name a scratch folder}")
here=$(realpath "$(dirname "$0")")
mkdir -p "$scratch/sources" "$scratch/lists/partial"
cd "$scratch"
cat /etc/apt/sources.list.d/*.sources | sed 's/^Types: deb$/Types: deb-src/' > sources/debian.sources
options="-o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts=$scratch/sources -o Dir::State::Lists=$scratch/lists"
# shellcheck disable=SC2086 # one word an option
apt-get $options -q update
for package in libsfml log4cplus; do
    # shellcheck disable=SC2086
    test -d "$package"-[0-9]* || apt-get $options -q source "$package"
done
build() { # SOURCE-FOLDER BUILD-FOLDER CMAKE-OPTION…
    source=$1 folder=$2
    shift 2
    cmake -S "$source" -B "$folder" -DCMAKE_BUILD_TYPE=None -DCMAKE_CXX_FLAGS="-g -O2" -DBUILD_SHARED_LIBS=ON "$@"
    make -C "$folder" -j"$(nproc)"
}
build libsfml-[0-9]* build-sfml
build log4cplus-[0-9]* build-log4cplus -DLOG4CPLUS_BUILD_TESTING=OFF -DLOG4CPLUS_BUILD_LOGGINGSERVER=OFF
python3 "$here/judge_own_debug.py" libsfml-[0-9]*/include build-sfml \
    SFML/Graphics.hpp SFML/Audio.hpp SFML/Network.hpp
python3 "$here/judge_own_debug.py" log4cplus-[0-9]*/include build-log4cplus --include build-log4cplus/include \
    log4cplus/log4cplus.h log4cplus/fileappender.h log4cplus/spi/loggingevent.h log4cplus/socketappender.h
