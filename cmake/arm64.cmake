# A toolchain file: from any Debian for arm64, by its cross compiler and the libraries of that architecture beside the own ones
# (dpkg --add-architecture arm64). Programs that a build runs, and tests, run under qemu, named here, so that the kernel need not know.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER aarch64-linux-gnu-gcc)
set(CMAKE_LIBRARY_ARCHITECTURE aarch64-linux-gnu)
set(PKG_CONFIG_EXECUTABLE aarch64-linux-gnu-pkg-config)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64-static)
