# TensorRT-LLM's headers and library as imported targets that are known to belong together. CMake 3.18 or later.
#
#   find_package(trtheaders REQUIRED)       # or: include(cmake/trtheaders.cmake), made by `trtheaders cmake`
#   trtheaders_import()
#   target_link_libraries(app PRIVATE tensorrt_llm::tensorrt_llm)
#
# trtheaders_import([RELEASE <release>] [LIBRARY <file>] [PYTHON <interpreter>]
#                   [ADD] [OPTIONAL] [HEADERS_ONLY] [NO_VERIFY] [STRICT] [GUARD [EXACT]])
#
#   RELEASE       the vendored release to use; by default the one that is installed
#   LIBRARY       libtensorrt_llm.so itself; by default the installed one is looked for
#   PYTHON        the interpreter whose environment has tensorrt_llm; without it -DPython3_EXECUTABLE, the configuration,
#                 the active environment, .venv, and at last what find_package(Python3) found
#   ADD           fetch the headers of a release that is not vendored (also: -DTRTHEADERS_ADD=ON)
#   OPTIONAL      without TensorRT-LLM set tensorrt_llm_FOUND to FALSE and go on
#   HEADERS_ONLY  no library: only tensorrt_llm::headers, of RELEASE
#   NO_VERIFY     do not compare headers and library
#   STRICT        fail where something could not be verified, and where trtheaders is not installed
#   GUARD         programs and shared objects compare the library that is loaded when they start (`trtheaders guard`);
#                 with EXACT that very build alone will do, not every one of the release
#
# Headers of CUDA and TensorRT that TensorRT-LLM's include are looked for where find_package(CUDAToolkit), CUDA_HOME,
# TensorRT_ROOT and the installed packages say, and in TRTHEADERS_CUDA_ROOT (/usr/local/cuda).
#
# A second call gets the same targets, or an error where it asks for another release or library: one build has one.
#
# Targets: tensorrt_llm::headers (include directory, defines), tensorrt_llm::tensorrt_llm (headers and library), and
# tensorrt_llm::<name> for each further lib<name>.so beside it. Variables: tensorrt_llm_FOUND, tensorrt_llm_RELEASE,
# tensorrt_llm_VERSION (what is installed), tensorrt_llm_INCLUDE_DIR, tensorrt_llm_LIBRARY.
#
# Sources may test TRTHEADERS_RELEASE ("1.2.0rc3") and TRTHEADERS_RELEASE_NUMBER: 1.2.0rc3 is 1020030, a final release
# ends with 900 (1.2.0 is 1020900), so that a later release is a greater number.

include_guard(GLOBAL)
cmake_policy(PUSH)
cmake_policy(VERSION 3.18)

set_property(GLOBAL PROPERTY _TRTHEADERS_PACKAGE_DIR "${CMAKE_CURRENT_LIST_DIR}")

function(trtheaders_import)
  cmake_parse_arguments(PARSE_ARGV 0 arg "ADD;OPTIONAL;HEADERS_ONLY;NO_VERIFY;STRICT;GUARD;EXACT" "RELEASE;LIBRARY;PYTHON" "")
  if(NOT CMAKE_PROJECT_NAME)
    message(FATAL_ERROR "trtheaders_import: call it after project(), which says for what is built")
  endif()
  if(arg_EXACT AND NOT arg_GUARD)
    message(FATAL_ERROR "trtheaders_import: EXACT says what GUARD compares; give both")
  endif()
  if(arg_UNPARSED_ARGUMENTS OR arg_KEYWORDS_MISSING_VALUES)
    message(FATAL_ERROR "trtheaders_import: `${arg_UNPARSED_ARGUMENTS}${arg_KEYWORDS_MISSING_VALUES}` is not understood")
  endif()
  # What was asked before in this project is answered as before; anything else is asked, and must fit what is there.
  _trtheaders_options(options)
  string(SHA1 question "${PROJECT_SOURCE_DIR};${arg_OPTIONAL};${arg_GUARD};${arg_EXACT};${CMAKE_CXX_FLAGS};${options}")
  get_property(asked GLOBAL PROPERTY _TRTHEADERS_ASKED)
  if(NOT question IN_LIST asked OR NOT TARGET tensorrt_llm::headers)
    _trtheaders_ask()
    if(tensorrt_llm_FOUND)
      _trtheaders_settle()
    endif()
    set_property(GLOBAL APPEND PROPERTY _TRTHEADERS_ASKED "${question}")
    foreach(name IN ITEMS FOUND RELEASE VERSION INCLUDE_DIR LIBRARY)
      set_property(GLOBAL PROPERTY _TRTHEADERS_${question}_${name} "${tensorrt_llm_${name}}")
    endforeach()
  endif()
  foreach(name IN ITEMS FOUND RELEASE VERSION INCLUDE_DIR LIBRARY)
    get_property(value GLOBAL PROPERTY _TRTHEADERS_${question}_${name})
    set(tensorrt_llm_${name} "${value}" PARENT_SCOPE)
  endforeach()
endfunction()

# Defines the targets from the caller's answer. One build has one TensorRT-LLM: targets are global, and a program with two
# would load one of them.
function(_trtheaders_settle)
  if(NOT TARGET tensorrt_llm::headers)
    _trtheaders_find_foreign()
    _trtheaders_define_headers()
    _trtheaders_guard_includes()
    set_property(GLOBAL PROPERTY _TRTHEADERS_IMPORTED_RELEASE "${tensorrt_llm_RELEASE}")
    set_property(GLOBAL PROPERTY _TRTHEADERS_IMPORTED_BY "${CMAKE_CURRENT_LIST_FILE}")
  endif()
  get_property(release GLOBAL PROPERTY _TRTHEADERS_IMPORTED_RELEASE)
  get_property(by GLOBAL PROPERTY _TRTHEADERS_IMPORTED_BY)
  if(NOT release STREQUAL tensorrt_llm_RELEASE)
    message(FATAL_ERROR "trtheaders_import: TensorRT-LLM ${tensorrt_llm_RELEASE} is asked for here, and ${release} was "
      "imported by ${by}.\n  hint: one build has one TensorRT-LLM; ask for the same RELEASE in both places")
  endif()
  if(tensorrt_llm_LIBRARY AND NOT TARGET tensorrt_llm::tensorrt_llm)
    _trtheaders_define_libraries()
  elseif(tensorrt_llm_LIBRARY)
    get_target_property(library tensorrt_llm::tensorrt_llm IMPORTED_LOCATION)
    get_filename_component(there "${library}" REALPATH)
    get_filename_component(here "${tensorrt_llm_LIBRARY}" REALPATH)
    if(NOT there STREQUAL here)
      message(FATAL_ERROR "trtheaders_import: ${tensorrt_llm_LIBRARY} is meant here, and ${library} was imported by "
        "${by}.\n  hint: one build has one TensorRT-LLM; name the same LIBRARY or PYTHON in both places")
    endif()
  endif()
  if(arg_GUARD AND TARGET tensorrt_llm::tensorrt_llm AND NOT TARGET trtheaders_guard)
    _trtheaders_guard_programs()
  endif()
endfunction()

# Sets tensorrt_llm_* and answer_* in the caller, from trtheaders' answer.
macro(_trtheaders_ask)
  _trtheaders_find_command(command)
  if(NOT command AND arg_STRICT)
    message(FATAL_ERROR "trtheaders is not installed\n  hint: pip install trtheaders")
  elseif(NOT command)
    _trtheaders_guess()
  else()
    _trtheaders_options(options)
    set(answers "${CMAKE_CURRENT_BINARY_DIR}/trtheaders-answers.cmake")
    file(REMOVE "${answers}")
    # The flags of every source. What a build type adds is left out: some builds have several.
    execute_process(
      COMMAND "${CMAKE_COMMAND}" -E env "CXXFLAGS=${CMAKE_CXX_FLAGS}" ${command} cmake --answers "${answers}" ${options}
      WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
      RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said
    )
    if(EXISTS "${answers}")
      include("${answers}")
    endif()
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${answer_WATCHED})
    _trtheaders_judge()
  endif()
endmacro()

# Words of trtheaders are passed on as they are: CMake would fold the lines of an error.
macro(_trtheaders_judge)
  string(STRIP "${said}" said)
  if(status EQUAL 0)
    message(STATUS "trtheaders: ${said}")
  elseif(arg_OPTIONAL AND status EQUAL 2)
    message(STATUS "trtheaders: ${said}")
    set(tensorrt_llm_FOUND FALSE)
  else()
    message(NOTICE "${said}")
    if(status EQUAL 1)
      message(FATAL_ERROR "The TensorRT-LLM headers and library do not belong together; the lines above say where.")
    endif()
    message(FATAL_ERROR "TensorRT-LLM cannot be used; the lines above say why.")
  endif()
endmacro()

function(_trtheaders_options result)
  set(options "")
  _trtheaders_given_python(given found)
  foreach(name IN ITEMS RELEASE LIBRARY PYTHON)
    if(arg_${name})
      string(TOLOWER "${name}" option)
      list(APPEND options "--${option}" "${arg_${name}}")
    endif()
  endforeach()
  if(NOT arg_PYTHON AND NOT arg_LIBRARY AND given)
    list(APPEND options --python "${given}")
  elseif(found)
    list(APPEND options --fallback-python "${found}")
  endif()
  if(CMAKE_CXX_COMPILER AND CMAKE_CXX_COMPILER_ID MATCHES "^(GNU|Clang)$")
    set(compiler "${CMAKE_CXX_COMPILER}")
    string(REPLACE " " "\\ " compiler "${compiler}")
    # CXX="ccache g++" makes `g++` an argument.
    string(APPEND compiler "${CMAKE_CXX_COMPILER_ARG1}")
    if(CMAKE_CXX_COMPILER_TARGET)
      string(APPEND compiler " --target=${CMAKE_CXX_COMPILER_TARGET}")
    endif()
    if(CMAKE_SYSROOT)
      string(APPEND compiler " --sysroot=${CMAKE_SYSROOT}")
    endif()
    list(APPEND options --compiler "${compiler}")
  endif()
  foreach(target IN ITEMS "${CMAKE_CXX_COMPILER_TARGET}" "${CMAKE_CXX_LIBRARY_ARCHITECTURE}" "${CMAKE_SYSTEM_PROCESSOR}")
    if(target)
      list(APPEND options --target "${target}")
      break()
    endif()
  endforeach()
  if(arg_ADD OR TRTHEADERS_ADD)
    list(APPEND options --add)
  endif()
  foreach(name IN ITEMS HEADERS_ONLY NO_VERIFY STRICT)
    if(arg_${name})
      string(TOLOWER "${name}" option)
      string(REPLACE "_" "-" option "${option}")
      list(APPEND options "--${option}")
    endif()
  endforeach()
  set(${result} "${options}" PARENT_SCOPE)
endfunction()

# Sets in the caller `given`, the interpreter that the user named to CMake, and `found`, one that CMake found by itself.
# What find_package(Python3) found is no wish: it takes the system's interpreter before an environment that lies there.
function(_trtheaders_given_python given found)
  set(${given} "" PARENT_SCOPE)
  set(${found} "" PARENT_SCOPE)
  foreach(prefix IN ITEMS Python Python3)
    set(python "${${prefix}_EXECUTABLE}")
    if(python AND DEFINED CACHE{${prefix}_EXECUTABLE} AND NOT ${prefix}_ARTIFACTS_INTERACTIVE)
      set(${given} "${python}" PARENT_SCOPE)
    elseif(python AND NOT ${prefix}_Interpreter_FOUND AND NOT python STREQUAL "${_${prefix}_EXECUTABLE}")
      # A later find_package without Interpreter takes back ..._FOUND, and keeps what was found.
      set(${given} "${python}" PARENT_SCOPE)
    elseif(python)
      set(${found} "${python}" PARENT_SCOPE)
    endif()
  endforeach()
endfunction()

# The program, looked for anew each time: TRTHEADERS_EXECUTABLE, beside this package, the active environment, PATH.
function(_trtheaders_find_command result)
  get_property(package GLOBAL PROPERTY _TRTHEADERS_PACKAGE_DIR)
  # <prefix>/lib/python3.x/site-packages/trtheaders/cmake
  get_filename_component(prefix "${package}/../../../../.." ABSOLUTE)
  set(hints "")
  if(EXISTS "${package}/../version.py")
    list(APPEND hints "${prefix}/bin")
  endif()
  if(DEFINED ENV{VIRTUAL_ENV})
    list(APPEND hints "$ENV{VIRTUAL_ENV}/bin")
  endif()
  set(found "${TRTHEADERS_EXECUTABLE}")
  if(NOT found)
    find_program(_trtheaders_program trtheaders HINTS ${hints})
    if(_trtheaders_program)
      set(found "${_trtheaders_program}")
    endif()
    unset(_trtheaders_program CACHE)
  endif()
  set(${result} "${found}" PARENT_SCOPE)
endfunction()

# Without trtheaders: what the interpreter's site-packages has, compared with nothing.
macro(_trtheaders_guess)
  set(interpreter "${arg_PYTHON}")
  _trtheaders_given_python(given found)
  foreach(candidate IN ITEMS "${given}" "$ENV{VIRTUAL_ENV}/bin/python" "$ENV{CONDA_PREFIX}/bin/python"
      "${CMAKE_CURRENT_SOURCE_DIR}/.venv/bin/python" "${found}" python3)
    if(NOT interpreter AND (EXISTS "${candidate}" OR candidate STREQUAL "python3"))
      set(interpreter "${candidate}")
    endif()
  endforeach()
  execute_process(
    COMMAND "${interpreter}" -I -c "import sysconfig; print(sysconfig.get_path('platlib'))"
    OUTPUT_VARIABLE site OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET
  )
  set(tensorrt_llm_VERSION "${arg_RELEASE}")
  if(NOT arg_RELEASE AND EXISTS "${site}/tensorrt_llm/version.py")
    file(STRINGS "${site}/tensorrt_llm/version.py" line REGEX "^__version__ *=")
    string(REGEX REPLACE "^__version__ *= *[\"']([^\"']*)[\"'].*" "\\1" tensorrt_llm_VERSION "${line}")
  endif()
  string(REGEX REPLACE "^v|[+].*$" "" tensorrt_llm_RELEASE "${tensorrt_llm_VERSION}")
  set(tensorrt_llm_LIBRARY "${arg_LIBRARY}")
  if(NOT arg_LIBRARY AND NOT arg_HEADERS_ONLY)
    set(tensorrt_llm_LIBRARY "${site}/tensorrt_llm/libs/libtensorrt_llm.so")
  endif()
  set(tensorrt_llm_INCLUDE_DIR "${CMAKE_CURRENT_SOURCE_DIR}/include/tensorrt-llm/${tensorrt_llm_RELEASE}")
  set(answer_SITE "${site}")
  set(answer_SONAME libtensorrt_llm.so)
  _trtheaders_judge_guess()
endmacro()

macro(_trtheaders_judge_guess)
  set(tensorrt_llm_FOUND FALSE)
  set(hint "\n  hint: pip install trtheaders")
  if(NOT tensorrt_llm_RELEASE OR (tensorrt_llm_LIBRARY AND NOT EXISTS "${tensorrt_llm_LIBRARY}"))
    set(fault "No TensorRT-LLM is installed for `${interpreter}`.")
  elseif(NOT EXISTS "${tensorrt_llm_INCLUDE_DIR}/tensorrt_llm")
    set(fault "There are no headers of TensorRT-LLM ${tensorrt_llm_RELEASE}: `${tensorrt_llm_INCLUDE_DIR}` is missing.")
    string(APPEND hint " && trtheaders add v${tensorrt_llm_RELEASE}")
  else()
    set(fault "")
  endif()
  if(fault AND arg_OPTIONAL)
    message(STATUS "${fault}")
  elseif(fault)
    message(FATAL_ERROR "${fault}${hint}")
  else()
    set(tensorrt_llm_FOUND TRUE)
    file(GLOB answer_RUN_PATH LIST_DIRECTORIES true "${answer_SITE}/torch/lib" "${answer_SITE}/tensorrt_libs" "${answer_SITE}/nvidia/*/lib")
    file(GLOB metadata "${answer_SITE}/tensorrt_llm-*.dist-info/METADATA")
    get_filename_component(folder "${tensorrt_llm_LIBRARY}" DIRECTORY)
    file(GLOB answer_SIBLINGS "${folder}/lib*.so")
    list(REMOVE_ITEM answer_SIBLINGS "${tensorrt_llm_LIBRARY}")
    list(INSERT answer_RUN_PATH 0 "${folder}")
    _trtheaders_number("${tensorrt_llm_RELEASE}" number)
    set(answer_INCLUDE_DIRECTORIES "")
    if(IS_DIRECTORY "${tensorrt_llm_INCLUDE_DIR}/generated/tensorrt_llm")
      set(answer_INCLUDE_DIRECTORIES "${tensorrt_llm_INCLUDE_DIR}/generated")
    endif()
    set(answer_DEFINES ENABLE_BF16 ENABLE_FP8 "TRTHEADERS_RELEASE=\"${tensorrt_llm_RELEASE}\"" TRTHEADERS_RELEASE_NUMBER=${number})
    _trtheaders_find_needed("${tensorrt_llm_LIBRARY}" "${answer_RUN_PATH}")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
      "${answer_SITE}/tensorrt_llm/version.py" "${tensorrt_llm_LIBRARY}" ${metadata})
    message(WARNING "trtheaders is not installed, so nothing says that the headers of TensorRT-LLM "
      "${tensorrt_llm_RELEASE} belong to ${tensorrt_llm_LIBRARY}.${hint}")
  endif()
endmacro()

# The number of a release: see the head of this file.
function(_trtheaders_number release result)
  if(NOT release MATCHES "^([0-9]+)\\.([0-9]+)\\.([0-9]+)(rc([0-9]+))?(\\.post([0-9]+))?$")
    set(${result} 0 PARENT_SCOPE)
    return()
  endif()
  math(EXPR number "((${CMAKE_MATCH_1} * 100 + ${CMAKE_MATCH_2}) * 10 + ${CMAKE_MATCH_3}) * 1000 + 0${CMAKE_MATCH_7}")
  if(CMAKE_MATCH_4)
    math(EXPR number "${number} + ${CMAKE_MATCH_5} * 10")
  else()
    math(EXPR number "${number} + 900")
  endif()
  set(${result} ${number} PARENT_SCOPE)
endfunction()

# Sets answer_NEEDED and answer_ABSENT in the caller: what `library` needs, and what that needs, nearest first.
function(_trtheaders_find_needed library folders)
  set(needed "")
  set(absent "")
  set(waiting "${library}")
  while(waiting)
    list(POP_FRONT waiting file)
    execute_process(COMMAND "${CMAKE_OBJDUMP}" -p "${file}" OUTPUT_VARIABLE headers ERROR_QUIET)
    string(REGEX MATCHALL "NEEDED +[^\n]+" names "${headers}")
    foreach(name IN LISTS names)
      string(REGEX REPLACE "^NEEDED +" "" name "${name}")
      set(found "")
      foreach(folder IN LISTS folders)
        if(NOT found AND EXISTS "${folder}/${name}")
          set(found "${folder}/${name}")
        endif()
      endforeach()
      if(found AND NOT found IN_LIST needed)
        list(APPEND needed "${found}")
        list(APPEND waiting "${found}")
      elseif(NOT found)
        list(APPEND absent "${name}")
      endif()
    endforeach()
  endwhile()
  set(answer_NEEDED "${needed}" PARENT_SCOPE)
  # Some of these are the system's, which the linker finds itself.
  set(answer_ABSENT "${absent}" PARENT_SCOPE)
endfunction()

# Appends to the caller's answer_INCLUDE_DIRECTORIES where the headers lie that TensorRT-LLM's include (`cuda_fp16.h`);
# what is nowhere is said now, since the compiler would say it for each source.
function(_trtheaders_find_foreign)
  set(folders ${answer_INCLUDE_DIRECTORIES} ${CUDAToolkit_INCLUDE_DIRS} ${CMAKE_CUDA_TOOLKIT_INCLUDE_DIRECTORIES})
  if(NOT DEFINED TRTHEADERS_CUDA_ROOT)
    set(TRTHEADERS_CUDA_ROOT /usr/local/cuda)
  endif()
  foreach(root IN ITEMS "$ENV{CUDA_HOME}" "$ENV{CUDA_PATH}" "${CUDAToolkit_ROOT}" "$ENV{CUDAToolkit_ROOT}"
      "${TensorRT_ROOT}" "$ENV{TensorRT_ROOT}" "${TRTHEADERS_CUDA_ROOT}")
    if(root)
      list(APPEND folders "${root}/include")
    endif()
  endforeach()
  foreach(folder IN LISTS answer_RUN_PATH)
    # Packages of NVIDIA's have their headers beside their libraries.
    get_filename_component(package "${folder}" DIRECTORY)
    list(APPEND folders "${package}/include")
  endforeach()
  set(absent "")
  foreach(name IN LISTS answer_FOREIGN)
    set(there "")
    foreach(folder IN LISTS CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES folders)
      if(NOT there AND EXISTS "${folder}/${name}")
        set(there "${folder}")
      endif()
    endforeach()
    if(NOT there)
      list(APPEND absent "${name}")
    elseif(NOT there IN_LIST CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES AND NOT there IN_LIST answer_INCLUDE_DIRECTORIES)
      list(APPEND answer_INCLUDE_DIRECTORIES "${there}")
    endif()
  endforeach()
  if(absent)
    list(JOIN absent ", " names)
    message(WARNING "trtheaders: TensorRT-LLM's headers include ${names}, found nowhere: sources that include them will "
      "not compile.\n  hint: find_package(CUDAToolkit) before trtheaders_import(), set CUDA_HOME, or name the folder as "
      "`include-directories` in trtheaders.toml")
  endif()
  set(answer_INCLUDE_DIRECTORIES "${answer_INCLUDE_DIRECTORIES}" PARENT_SCOPE)
endfunction()

function(_trtheaders_define_headers)
  add_library(tensorrt_llm::headers INTERFACE IMPORTED GLOBAL)
  set_target_properties(tensorrt_llm::headers PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${tensorrt_llm_INCLUDE_DIR};${answer_INCLUDE_DIRECTORIES}"
    INTERFACE_COMPILE_DEFINITIONS "${answer_DEFINES}"
    INTERFACE_COMPILE_FEATURES cxx_std_17
  )
endfunction()

function(_trtheaders_define_libraries)
  if(NOT tensorrt_llm_LIBRARY)
    return()
  endif()
  set(run_path "")
  foreach(folder IN LISTS answer_RUN_PATH)
    list(APPEND run_path "LINKER:-rpath,${folder}" "LINKER:-rpath-link,${folder}")
  endforeach()
  # DT_RPATH reaches what the libraries load themselves; DT_RUNPATH, which is the default, does not.
  list(APPEND run_path "LINKER:--disable-new-dtags")
  if(answer_ABSENT)
    list(APPEND run_path "LINKER:--allow-shlib-undefined")
  endif()
  # INTERFACE_LINK_DIRECTORIES serves programs that also link by name (`-ltorch_python`).
  foreach(file IN LISTS tensorrt_llm_LIBRARY answer_SIBLINGS)
    get_filename_component(name "${file}" NAME_WE)
    string(REGEX REPLACE "^lib" "" name "${name}")
    if(file STREQUAL tensorrt_llm_LIBRARY)
      set(name tensorrt_llm)
    endif()
    add_library(tensorrt_llm::${name} SHARED IMPORTED GLOBAL)
    set_target_properties(tensorrt_llm::${name} PROPERTIES
      IMPORTED_LOCATION "${file}"
      INTERFACE_LINK_DIRECTORIES "${answer_RUN_PATH}"
      INTERFACE_LINK_OPTIONS "${run_path}"
      INTERFACE_LINK_LIBRARIES tensorrt_llm::headers
    )
  endforeach()
  if(answer_NEEDED)
    # A library with a DT_RUNPATH of its own ignores the program's: the program itself has to ask for what it needs.
    set_property(TARGET tensorrt_llm::tensorrt_llm APPEND PROPERTY INTERFACE_LINK_LIBRARIES
      "-Wl,--push-state,--no-as-needed" ${answer_NEEDED} "-Wl,--pop-state")
  endif()
  set_property(TARGET tensorrt_llm::tensorrt_llm PROPERTY IMPORTED_SONAME "${answer_SONAME}")
  if(NOT answer_SONAME)
    set_property(TARGET tensorrt_llm::tensorrt_llm PROPERTY IMPORTED_NO_SONAME TRUE)
  endif()
endfunction()

# Whatever links the library also links the guard; `-u` makes the linker take it although nothing refers to it, and
# unlike a source it reaches programs through static libraries.
function(_trtheaders_guard_programs)
  _trtheaders_find_command(command)
  if(NOT command)
    message(FATAL_ERROR "trtheaders_import(GUARD): trtheaders is not installed\n  hint: pip install trtheaders")
  endif()
  set(source "${CMAKE_CURRENT_BINARY_DIR}/trtheaders-guard.cpp")
  set(exact "")
  if(arg_EXACT)
    set(exact --exact)
  endif()
  execute_process(
    COMMAND ${command} guard "${tensorrt_llm_RELEASE}" --library "${tensorrt_llm_LIBRARY}" -o "${source}.new" ${exact}
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    RESULT_VARIABLE status OUTPUT_VARIABLE said ERROR_VARIABLE said
  )
  if(NOT status EQUAL 0)
    message(NOTICE "${said}")
    message(FATAL_ERROR "There is no guard for TensorRT-LLM ${tensorrt_llm_RELEASE}; the lines above say why.")
  endif()
  configure_file("${source}.new" "${source}" COPYONLY)
  add_library(trtheaders_guard STATIC EXCLUDE_FROM_ALL "${source}")
  set_target_properties(trtheaders_guard PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_CLANG_TIDY "")
  target_compile_features(trtheaders_guard PRIVATE cxx_std_11)
  set_property(TARGET tensorrt_llm::tensorrt_llm APPEND PROPERTY INTERFACE_LINK_LIBRARIES
    trtheaders_guard "-Wl,-u,trtheaders_guard")
endfunction()

# Imported headers come with -isystem, and every -I is searched before: another tree there would win without a word.
function(_trtheaders_guard_includes)
  foreach(variable IN ITEMS CPATH CPLUS_INCLUDE_PATH)
    string(REPLACE ":" ";" folders "$ENV{${variable}}")
    _trtheaders_refuse_other_trees("the environment variable ${variable}" "${folders}" "${tensorrt_llm_INCLUDE_DIR}")
  endforeach()
  if(CMAKE_VERSION VERSION_LESS 3.19)
    return()
  endif()
  # Not written literally, since CMake 3.18 would not know the command.
  cmake_language(EVAL CODE "cmake_language(DEFER DIRECTORY [==[${CMAKE_SOURCE_DIR}]==]
    CALL _trtheaders_check_directory [==[${CMAKE_SOURCE_DIR}]==] [==[${tensorrt_llm_INCLUDE_DIR}]==])")
endfunction()

function(_trtheaders_check_directory directory ours)
  get_property(targets DIRECTORY "${directory}" PROPERTY BUILDSYSTEM_TARGETS)
  foreach(target IN LISTS targets)
    set(seen "")
    set(folders "")
    _trtheaders_collect("${target}" INCLUDE_DIRECTORIES LINK_LIBRARIES)
    if("tensorrt_llm::headers" IN_LIST seen)
      _trtheaders_refuse_other_trees("the target ${target}" "${folders}" "${ours}")
    endif()
  endforeach()
  get_property(children DIRECTORY "${directory}" PROPERTY SUBDIRECTORIES)
  foreach(child IN LISTS children)
    _trtheaders_check_directory("${child}" "${ours}")
  endforeach()
endfunction()

# Appends to the caller's `folders` the include directories that reach `target`, and to `seen` the targets on the way.
function(_trtheaders_collect target include_property link_property)
  list(APPEND seen "${target}")
  get_target_property(own "${target}" ${include_property})
  if(own)
    list(APPEND folders ${own})
  endif()
  get_target_property(links "${target}" ${link_property})
  foreach(item IN LISTS links)
    string(REGEX REPLACE "^\\$<LINK_ONLY:(.*)>$" "\\1" item "${item}")
    if(TARGET "${item}" AND NOT "${item}" IN_LIST seen)
      _trtheaders_collect("${item}" INTERFACE_INCLUDE_DIRECTORIES INTERFACE_LINK_LIBRARIES)
    endif()
  endforeach()
  set(seen "${seen}" PARENT_SCOPE)
  set(folders "${folders}" PARENT_SCOPE)
endfunction()

function(_trtheaders_refuse_other_trees whose folders ours)
  get_filename_component(ours "${ours}" REALPATH)
  foreach(folder IN LISTS folders)
    string(REGEX REPLACE "^\\$<BUILD_INTERFACE:(.*)>$" "\\1" folder "${folder}")
    get_filename_component(real "${folder}" REALPATH)
    if(NOT real STREQUAL ours AND NOT real STREQUAL "${ours}/generated" AND EXISTS "${folder}/tensorrt_llm/executor")
      message(FATAL_ERROR "${whose} also searches other TensorRT-LLM headers, which would win:\n  ${folder}\n"
        "  wanted: ${ours}\n  hint: remove it; tensorrt_llm::headers brings the right one")
    endif()
  endforeach()
endfunction()

cmake_policy(POP)
