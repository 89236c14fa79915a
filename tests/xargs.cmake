# GNU xargs and ours on the same generated cases; more of them by hand, with other seeds.
add_test(NAME xargs_differential
         COMMAND ${Python3_EXECUTABLE} ${CMAKE_CURRENT_SOURCE_DIR}/xargs/differential.py
                 --fanout $<TARGET_FILE:fanout_program> --cases 300 --seed 1)
set_tests_properties(xargs_differential PROPERTIES SKIP_RETURN_CODE 77)
