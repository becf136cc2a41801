#include "engine/commands/feature_table.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <stdexcept>

#include "engine/commands/commands.h"
#include "engine/commands/recorded_feeds.h"
#include "engine/config/embedded_config.h"
#include "engine/config/engine_config_reader.h"
#include "engine/core/market_board.h"
#include "engine/output/csv_file.h"
#include "engine/signals/features.h"
#include "engine/signals/model_loader.h"

namespace vigil::engine {
namespace {

/// The shortest text that reads back as the same number; nothing for one that is not known.
void write_number(CsvFile& file, double value) {
  if (std::isnan(value)) {
    file.field(std::string_view{});
    return;
  }
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  file.field({text.data(), static_cast<std::size_t>(end.ptr - text.data())});
}

std::string header(const std::vector<LoadedModel>& models) {
  std::string text = "time,symbol,mid";
  for (const std::string_view name : kFeatureNames) text.append(",").append(name);
  for (const LoadedModel& model : models) text.append(",").append(model.description.name);
  return text;
}

/// Not a number: a feature that the model wants is not known.
double probability_of(const LoadedModel& model, const FeatureValues& values) {
  std::vector<double> inputs;
  for (const Feature feature : model.description.features) {
    inputs.push_back(values[static_cast<std::size_t>(feature)]);
    if (std::isnan(inputs.back())) return kUnknownFeature;
  }
  const auto probability = model.model->predict(inputs);
  if (!probability) throw std::runtime_error(model.description.name + ": " + model.model->error());
  return *probability;
}

void check_out(const FeatureTableOptions& options, const std::vector<FeedSpec>& specs) {
  const auto check = [&](const std::string& other, const char* whose) {
    if (other.empty() || !is_same_file(options.out, other)) return;
    throw ConfigError(
        {std::string{"--out: must be a file of its own, "} + options.out + " is that of " + whose});
  };
  check(options.config, "--config");
  for (const std::string& path : options.models) check(path, "--model");
  for (const FeedSpec& spec : specs) check(spec.path, "--feed");
}

}  // namespace

int write_feature_table(const FeatureTableOptions& options) {
  std::vector<FeedSpec> specs;
  for (const std::string& text : options.feeds) specs.push_back(parse_feed_spec(text));
  check_out(options, specs);
  EngineConfig config = options.config.empty()
                            ? read_engine_config(replay_config_text(), std::string{kReplayConfigName})
                            : read_engine_config(options.config);
  const Directory directory = discover_all(config, specs, options.on_bad_line);
  MergedFeed feed = open_all(specs, directory, options.on_bad_line);

  MarketBoard board(config.instruments.size(), config.venues.size(), config.router.stale_quote_after);
  std::vector<QuoteFeatures> features(config.instruments.size());
  std::vector<LoadedModel> models;
  for (const std::string& path : options.models) models.push_back(load_model(path));
  CsvFile file(options.out, header(models));
  std::uint64_t rows = 0;
  std::uint64_t left_out = 0;
  while (const auto event = feed.next()) {
    if (event->kind != orders::MarketEventKind::Quote) continue;
    QuoteFeatures& instrument = features[orders::index(event->instrument)];
    const FeatureValues* const values = instrument.take(board.apply(*event));
    if (values == nullptr) {
      ++left_out;
      continue;
    }
    file.field(orders::nanoseconds_of(event->time));
    file.field(config.instruments[orders::index(event->instrument)].symbol);
    write_number(file, static_cast<double>(instrument.twice_mid()) / (2.0 * orders::kScale));
    for (const double value : *values) write_number(file, value);
    for (const LoadedModel& model : models) write_number(file, probability_of(model, *values));
    file.end_row();
    ++rows;
  }
  file.close();
  std::cout << options.out << ": " << rows << " rows";
  if (left_out > 0) std::cout << "; " << left_out << " quotes without a mid left out";
  std::cout << '\n';
  return kExitSuccess;
}

}  // namespace vigil::engine
