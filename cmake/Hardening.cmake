# What makes a bug of ours harder to use against whoever runs fanout; tests/package looks for it in
# the program. Sanitizers find the bugs and do without.
include(CheckCXXCompilerFlag)
include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)

foreach(flag IN ITEMS -fstack-protector-strong -fstack-clash-protection -fcf-protection)
  string(MAKE_C_IDENTIFIER "FANOUT_KNOWS${flag}" variable)
  check_cxx_compiler_flag(${flag} ${variable})
  if(${variable})
    target_compile_options(fanout_settings INTERFACE ${flag})
  endif()
endforeach()

# Without optimisation there is nothing that could be checked. Some compilers bring a level.
set(fortify_level 2)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 12)
  set(fortify_level 3)
endif()
target_compile_options(fanout_settings INTERFACE
  $<$<CONFIG:Release,RelWithDebInfo>:-U_FORTIFY_SOURCE;-D_FORTIFY_SOURCE=${fortify_level}>)
target_compile_definitions(fanout_settings INTERFACE _GLIBCXX_ASSERTIONS)

target_link_options(fanout_settings INTERFACE -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack)
