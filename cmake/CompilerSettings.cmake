# Warnings and settings of our own targets, as one interface target.
add_library(fanout_settings INTERFACE)
target_compile_options(fanout_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> # GCC bug 105651: false alarms about strings
  -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual -Wformat=2 -Wimplicit-fallthrough)
if(FANOUT_DEVELOPER)
  target_compile_options(fanout_settings INTERFACE -Werror)
endif()

if(FANOUT_SANITIZE)
  target_compile_options(fanout_settings INTERFACE
    -fsanitize=${FANOUT_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  target_link_options(fanout_settings INTERFACE -fsanitize=${FANOUT_SANITIZE})
else()
  include(cmake/Hardening.cmake)
endif()
