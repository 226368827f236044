# find_package(trtheaders), from the installed Python package.
include("${CMAKE_CURRENT_LIST_DIR}/trtheaders.cmake")
