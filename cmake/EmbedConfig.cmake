# cmake -DOUT=FILE.cpp -DDEFAULT=default.yaml -DREPLAY=replay.yaml -P EmbedConfig.cmake
#
# Writes the configuration files into a source file as raw strings.
file(READ ${DEFAULT} default_text)
file(READ ${REPLAY} replay_text)
file(WRITE ${OUT} "#include \"engine/config/embedded_config.h\"

namespace vigil::engine {

std::string_view default_config_text() noexcept {
  return R\"yaml_text(${default_text})yaml_text\";
}

std::string_view replay_config_text() noexcept {
  return R\"yaml_text(${replay_text})yaml_text\";
}

}  // namespace vigil::engine
")
