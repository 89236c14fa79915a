# The parsers, fuzzed: fuzz/<target>_fuzz.cpp. With clang and a sanitizer each is a fuzzer, run for
# a moment from its corpus; in other builds it goes through the corpus only.
set(is_fuzzing OFF)
if(FANOUT_SANITIZE AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  set(is_fuzzing ON)
  # A fuzzer sees what its inputs reach only in what is compiled for it, and wants it fast.
  foreach(module IN ITEMS base fanout manifest expand)
    file(GLOB parser_sources ${PROJECT_SOURCE_DIR}/src/${module}/*.cpp)
    set_property(SOURCE ${parser_sources} TARGET_DIRECTORY fanout APPEND PROPERTY
                 COMPILE_OPTIONS -fsanitize=fuzzer-no-link -O1)
  endforeach()
endif()

set(fuzz_dir ${PROJECT_BINARY_DIR}/fuzz)
file(MAKE_DIRECTORY ${fuzz_dir})
file(GLOB fuzz_sources CONFIGURE_DEPENDS fuzz/*_fuzz.cpp)
add_custom_target(fuzz)  # all of them, for fuzz/run.sh
foreach(source IN LISTS fuzz_sources)
  get_filename_component(name ${source} NAME_WE)
  string(REGEX REPLACE "_fuzz$" "" name ${name})
  set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name})
  add_executable(fuzz_${name} ${source})
  add_dependencies(fuzz fuzz_${name})
  set_target_properties(fuzz_${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${fuzz_dir})
  target_link_libraries(fuzz_${name} PRIVATE fanout fanout_settings fanout_dependencies)
  target_include_directories(fuzz_${name} PRIVATE ${PROJECT_SOURCE_DIR}/src ${CMAKE_CURRENT_SOURCE_DIR})
  if(NOT is_fuzzing)
    target_sources(fuzz_${name} PRIVATE fuzz/replay_main.cpp)
    add_test(NAME fuzz_${name} COMMAND fuzz_${name} ${corpus})
    continue()
  endif()
  target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer -O1)
  target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
  # Named one by one, inputs are read only; a directory would be written to.
  file(GLOB inputs CONFIGURE_DEPENDS ${corpus}/*)
  list(JOIN inputs "," inputs)
  file(WRITE ${fuzz_dir}/${name}.inputs "${inputs}")
  add_test(NAME fuzz_${name}
           COMMAND fuzz_${name} -seed_inputs=@${fuzz_dir}/${name}.inputs -runs=5000 -seed=1
                   -max_len=1000 -timeout=20 -rss_limit_mb=2048 -verbosity=0
                   -artifact_prefix=${fuzz_dir}/${name}-)
endforeach()
