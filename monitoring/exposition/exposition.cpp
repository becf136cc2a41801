#include "monitoring/exposition/exposition.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "monitoring/exposition/protobuf.h"
#include "monitoring/exposition/text.h"
#include "monitoring/metrics/family.h"

namespace vigil::monitoring {
namespace {

using prometheus::MetricFamily;

/// Either or both parts of one family.
struct Shown {
  const ShownFamily* ours = nullptr;
  const MetricFamily* foreign = nullptr;
};

bool is_chosen(std::string_view family, std::span<const std::string> names) {
  constexpr std::array<std::string_view, 5> kSuffixes{"_total", "_bucket", "_sum", "_count", "_created"};
  if (names.empty()) return true;
  const auto base = [](std::string_view name) {
    return name.ends_with("_total") ? name.substr(0, name.size() - std::string_view("_total").size()) : name;
  };
  return std::ranges::any_of(names, [&](std::string_view name) {
    if (name == family || name == base(family)) return true;
    return std::ranges::any_of(kSuffixes, [&](std::string_view suffix) {
      if (!name.ends_with(suffix)) return false;
      const std::string_view rest = name.substr(0, name.size() - suffix.size());
      return rest == family || rest == base(family);
    });
  });
}

/// Both lists by name, which each of them already is.
std::vector<Shown> merged(const std::vector<ShownFamily>& ours, const std::vector<MetricFamily>& foreign,
                          std::span<const std::string> names, std::size_t& type_conflicts) {
  std::vector<Shown> all;
  all.reserve(ours.size() + foreign.size());
  const auto add = [&](Shown shown, std::string_view name) {
    if (is_chosen(name, names)) all.push_back(shown);
  };
  auto other = foreign.begin();
  for (const ShownFamily& family : ours) {
    const std::string_view name = family.definition->name;
    for (; other != foreign.end() && other->name < name; ++other) add({.foreign = &*other}, other->name);
    const bool is_both = other != foreign.end() && other->name == name;
    const bool fits = is_both && other->type == prometheus_type(family.definition->type);
    if (is_both && !fits) ++type_conflicts;
    add({.ours = &family, .foreign = fits ? &*other : nullptr}, name);
    if (is_both) ++other;
  }
  for (; other != foreign.end(); ++other) add({.foreign = &*other}, other->name);
  return all;
}

/// One piece of memory at once: a body that grows by doubling is copied, page by new page, several times,
/// which costs more than writing it.
void reserve(std::string& out, const std::vector<Shown>& all, TextDialect dialect) {
  std::size_t size = out.size();
  for (const Shown& shown : all) {
    if (shown.ours != nullptr) size += text_size(*shown.ours, dialect);
  }
  out.reserve(size);
}

template <typename Writer>
void write_all(Writer writer, const std::vector<Shown>& all) {
  for (const Shown& shown : all) writer.write(shown.ours, shown.foreign);
  writer.finish();
}

}  // namespace

CollectedFamilies collect(std::span<const prometheus::Collectable* const> sources) {
  CollectedFamilies all;
  for (const prometheus::Collectable* source : sources) {
    auto families = source->Collect();
    std::ranges::move(families, std::back_inserter(all.families));
  }
  std::ranges::stable_sort(all.families, {}, &MetricFamily::name);

  std::vector<MetricFamily> joined;
  joined.reserve(all.families.size());
  for (MetricFamily& family : all.families) {
    if (joined.empty() || joined.back().name != family.name) {
      joined.push_back(std::move(family));
    } else if (joined.back().type == family.type) {
      std::ranges::move(family.metric, std::back_inserter(joined.back().metric));
    } else {
      ++all.type_conflicts;
    }
  }
  all.families = std::move(joined);
  return all;
}

Exposition::Exposition(const Registry& registry, std::vector<const prometheus::Collectable*> others)
    : registry_(registry), others_(std::move(others)) {}

std::size_t Exposition::write(ExpositionFormat format, std::span<const std::string> names,
                              std::string& out) const {
  const std::vector<ShownFamily> ours = registry_.families();
  const CollectedFamilies foreign = collect(others_);
  std::size_t type_conflicts = foreign.type_conflicts;
  const std::vector<Shown> all = merged(ours, foreign.families, names, type_conflicts);
  switch (format) {
    case ExpositionFormat::Text:
      reserve(out, all, TextDialect::Prometheus);
      write_all(TextWriter(TextDialect::Prometheus, out), all);
      break;
    case ExpositionFormat::OpenMetrics:
      reserve(out, all, TextDialect::OpenMetrics);
      write_all(TextWriter(TextDialect::OpenMetrics, out), all);
      break;
    case ExpositionFormat::Protobuf:
      write_all(ProtobufWriter(out), all);
      break;
  }
  return type_conflicts;
}

}  // namespace vigil::monitoring
