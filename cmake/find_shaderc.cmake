# third_party::shaderc: a way to link shaderc that works on this distribution.
# Debian 12's shared libshaderc lacks symbols, so the static one comes first, with what it needs.
include(CheckCXXSourceCompiles)
set(shaderc_probe "#include <shaderc/shaderc.hpp>
int main() { shaderc::Compiler compiler; return compiler.IsValid() ? 0 : 1; }")

third_party(shaderc)
set(found OFF)
set(candidate_number 0)
foreach(libraries
        "shaderc_combined"
        "shaderc_combined glslang SPIRV-Tools-opt SPIRV-Tools"
        "shaderc_combined glslang MachineIndependent GenericCodeGen OGLCompiler OSDependent SPIRV SPIRV-Tools-opt SPIRV-Tools"
        "shaderc_combined glslang MachineIndependent GenericCodeGen OSDependent SPIRV SPIRV-Tools-opt SPIRV-Tools"
        "shaderc_shared")
  math(EXPR candidate_number "${candidate_number} + 1")
  separate_arguments(library_list UNIX_COMMAND "${libraries}")
  set(CMAKE_REQUIRED_LIBRARIES ${library_list} Threads::Threads)
  check_cxx_source_compiles("${shaderc_probe}" SHADERC_LINKS_${candidate_number})
  unset(CMAKE_REQUIRED_LIBRARIES)
  if(SHADERC_LINKS_${candidate_number})
    target_link_libraries(third_party_shaderc INTERFACE ${library_list} Threads::Threads)
    message(STATUS "shaderc: ${libraries}")
    set(found ON)
    break()
  endif()
endforeach()
if(NOT found)
  message(FATAL_ERROR "shaderc does not link here; install libshaderc-dev, glslang-dev and spirv-tools")
endif()
