# The benchmark: the programs that it needs, and one run with tiny numbers so that it stays alive.
add_test(NAME bench_race
         COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/bench/race_test.py)
if(FANOUT_SANITIZE)
  return()  # nothing to be measured there
endif()
enable_language(C)

add_custom_target(bench_programs)  # all that bench/run.sh needs
add_dependencies(bench_programs fanout_program)
foreach(name IN ITEMS limit noop sleeper spew measure)
  add_executable(bench_${name} bench/${name}.c)
  add_dependencies(bench_programs bench_${name})
  set_target_properties(bench_${name} PROPERTIES
    OUTPUT_NAME ${name} RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bench)
  target_compile_options(bench_${name} PRIVATE -O2 -Wall -Wextra -Wpedantic -Wshadow -Wconversion)
  target_link_options(bench_${name} PRIVATE -static)
endforeach()
# The parts that are measured alone; bench.py does without what is not there.
foreach(name IN ITEMS bench_record bench_scheduler)
  if(TARGET ${name})
    add_dependencies(bench_programs ${name})
  endif()
endforeach()

add_test(NAME bench
         COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/bench/bench.py
                 --build ${PROJECT_BINARY_DIR} --scale tiny)
