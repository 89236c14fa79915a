# What the record writer, the scheduler and the journal cost, measured alone, and their
# instructions held.
foreach(bench IN ITEMS record scheduler journal)
  add_executable(bench_${bench} bench/${bench}_bench.cpp)
  target_link_libraries(bench_${bench} PRIVATE fanout fanout_settings fanout_dependencies)
  target_include_directories(bench_${bench} PRIVATE ${PROJECT_SOURCE_DIR}/src)
endforeach()

# Other builds execute other instructions; there it skips, and says why.
set(instructions_build "${CMAKE_BUILD_TYPE}")
if(FANOUT_SANITIZE)
  set(instructions_build "sanitizers")
endif()
add_test(NAME instructions
         COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/bench/check_instructions
                 "${instructions_build}" $<TARGET_FILE:bench_record> $<TARGET_FILE:bench_scheduler>
                 $<TARGET_FILE:bench_journal>)
set_tests_properties(instructions PROPERTIES SKIP_RETURN_CODE 77)
