# Warnings are errors, with gcc and with clang, in every preset.
add_compile_options(
	-Wall -Wextra -Werror -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition -Wvla -Wundef
	-Wformat=2 -Wwrite-strings -Wpointer-arith -Wcast-qual -Wswitch-enum -Wno-unused-parameter -fno-common
	-fstack-protector-strong)
add_compile_definitions(_GNU_SOURCE AITD_VERSION="${PROJECT_VERSION}")
