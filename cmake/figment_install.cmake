# cmake --install: the program with its data, and the package that find_package(figment) finds.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(package_folder ${CMAKE_INSTALL_LIBDIR}/cmake/figment)

# The program. It finds ../share/figment from where it lies.
if(TARGET figment)
  install(TARGETS figment RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
install(DIRECTORY ${PROJECT_SOURCE_DIR}/assets DESTINATION share/figment)
# Compiled shaders are inside the libraries; fused kernels, which are written at run time, include parts of these.
install(DIRECTORY ${PROJECT_SOURCE_DIR}/shaders DESTINATION share/figment PATTERN CMakeLists.txt EXCLUDE)

# The package: figment::figment, and what it is made of.
set(library_names core shaders gpu tensor formats ops nn data models sampling runtime training studio embed)
list(TRANSFORM library_names PREPEND figment_ OUTPUT_VARIABLE libraries)
set(package_modules png freetype av utf8proc)
list(TRANSFORM package_modules PREPEND third_party_ OUTPUT_VARIABLE package_targets)
set_target_properties(figment_embed PROPERTIES EXPORT_NAME figment)
# Its header needs Vulkan's alone: what figment itself is made of is linked, and adds no include folder or macro.
set_property(
  TARGET figment_embed
  PROPERTY INTERFACE_LINK_LIBRARIES
           $<BUILD_INTERFACE:figment_studio>
           $<BUILD_INTERFACE:figment_gpu>
           $<INSTALL_INTERFACE:$<LINK_ONLY:figment::figment_studio>>
           $<INSTALL_INTERFACE:$<LINK_ONLY:figment::figment_gpu>>
           $<INSTALL_INTERFACE:Vulkan::Headers>)
target_include_directories(figment_embed PUBLIC $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_definitions(
  figment_embed INTERFACE $<INSTALL_INTERFACE:FIGMENT_DATA_FOLDER="$<INSTALL_PREFIX>/share/figment">)
install(TARGETS ${libraries} figment_flags ${package_targets} third_party_vulkan third_party_shaderc third_party_json
                third_party_spdlog
        EXPORT figmentTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${PROJECT_SOURCE_DIR}/src/embed/generator.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/figment)
install(EXPORT figmentTargets NAMESPACE figment:: DESTINATION ${package_folder})

# Packages that Debian ships with pkg-config files only are looked for again where figment is used.
set(FIGMENT_PKGCONFIG_CHECKS "")
foreach(name ${package_modules})
  get_target_property(modules third_party_${name} FIGMENT_PKGCONFIG_MODULES)
  list(JOIN modules " " modules)
  string(APPEND FIGMENT_PKGCONFIG_CHECKS "figment_find_modules(TP_${name} ${modules})\n")
endforeach()
configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/figmentConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/figmentConfig.cmake INSTALL_DESTINATION ${package_folder})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/figmentConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/figmentConfig.cmake ${PROJECT_BINARY_DIR}/figmentConfigVersion.cmake
        DESTINATION ${package_folder})

# volk's function pointers are called like the functions of the Vulkan loader (vkCreateBuffer, ...). A host that links the
# loader, or volk itself, would get them mixed up, so the installed libraries have them under names of their own.
file(STRINGS ${VOLK_INCLUDE_DIR}/volk.h pointers REGEX "^extern PFN_vk")
list(TRANSFORM pointers REPLACE "^extern PFN_(vk[A-Za-z0-9_]+) .*$" "\\1")
file(STRINGS ${VOLK_INCLUDE_DIR}/volk.h functions REGEX "^[A-Za-z0-9_]+ volk[A-Z][A-Za-z]*\\(")
list(TRANSFORM functions REPLACE "^[A-Za-z0-9_]+ (volk[A-Za-z]+)\\(.*$" "\\1")
set(symbols "")
foreach(symbol ${pointers} ${functions})
  string(APPEND symbols "${symbol} figment_${symbol}\n")
endforeach()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/vulkan_symbols.txt CONTENT "${symbols}" @ONLY)
find_program(FIGMENT_OBJCOPY NAMES ${CMAKE_OBJCOPY} objcopy REQUIRED)
install(CODE "
  foreach(library ${library_names})
    set(file \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${CMAKE_INSTALL_LIBDIR}/libfigment_\${library}.a\")
    execute_process(COMMAND ${FIGMENT_OBJCOPY} --redefine-syms=${PROJECT_BINARY_DIR}/vulkan_symbols.txt \"\${file}\"
                    COMMAND_ERROR_IS_FATAL ANY)
  endforeach()")
