# What find_package(vigil) reads: the target vigil::monitoring and what it needs. The same packages as in
# monitoring/CMakeLists.txt.
include(CMakeFindDependencyMacro)
find_dependency(prometheus-cpp CONFIG)
find_dependency(Boost 1.74)
find_dependency(fmt CONFIG)
find_dependency(nlohmann_json CONFIG)
find_dependency(OpenSSL 3)
find_dependency(CURL 7.85)
find_dependency(Protobuf)
find_dependency(Threads)
find_dependency(yaml-cpp CONFIG)

include(${CMAKE_CURRENT_LIST_DIR}/vigil-targets.cmake)
