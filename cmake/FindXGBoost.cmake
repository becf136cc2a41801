# XGBoost::XGBoost, the library with a plain C interface. Debian 12's own CMake file asks for a program that its
# development package has not, and so refuses what is there.
find_path(XGBoost_INCLUDE_DIR xgboost/c_api.h)
find_library(XGBoost_LIBRARY xgboost)
if(XGBoost_INCLUDE_DIR)
  file(STRINGS ${XGBoost_INCLUDE_DIR}/xgboost/version_config.h lines REGEX "define XGBOOST_VER_(MAJOR|MINOR|PATCH)")
  string(REGEX REPLACE "[^0-9;]" "" XGBoost_VERSION "${lines}")
  string(REPLACE ";" "." XGBoost_VERSION "${XGBoost_VERSION}")
endif()
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(XGBoost REQUIRED_VARS XGBoost_LIBRARY XGBoost_INCLUDE_DIR VERSION_VAR XGBoost_VERSION)
if(XGBoost_FOUND AND NOT TARGET XGBoost::XGBoost)
  add_library(XGBoost::XGBoost UNKNOWN IMPORTED)
  set_target_properties(XGBoost::XGBoost PROPERTIES IMPORTED_LOCATION ${XGBoost_LIBRARY}
    INTERFACE_INCLUDE_DIRECTORIES ${XGBoost_INCLUDE_DIR})
endif()
mark_as_advanced(XGBoost_INCLUDE_DIR XGBoost_LIBRARY)
