#include "engine/config/process_writer.h"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "engine/config/alerting_writer.h"
#include "engine/config/config_values.h"
#include "engine/config/config_words.h"
#include "engine/config/value_text.h"

namespace vigil::engine {
namespace {

void write_journal(YamlWriter& out, const JournalConfig& config) {
  out.open("journal");
  out.value("enabled", text_of(config.enabled));
  out.value("ack", word_of(config.ack, kJournalAckWords));
  out.value("sync_interval", text_of(config.sync_interval));
  out.value("market_data", word_of(config.market_data, kMarketDataKeptWords));
  out.value("segment_bytes", text_of(config.segment_bytes));
  out.value("buffer_bytes", text_of(config.buffer_bytes));
  out.value("hash_every", text_of(config.hash_every));
  out.value("snapshot_every", text_of(config.snapshot_every));
  out.value("retention", text_of(config.retention));
  out.close();
}

void write_incidents(YamlWriter& out, const IncidentConfig& config) {
  out.open("incidents");
  out.value("enabled", text_of(config.enabled));
  out.value("before", text_of(config.before));
  out.value("after", text_of(config.after));
  out.value("most_events", text_of(config.most_events));
  out.value("keep", text_of(config.keep));
  out.close();
}

void write_reports(YamlWriter& out, const ReportConfig& config) {
  out.open("reports");
  out.value("keep", text_of(config.keep));
  out.close();
}

void write_analysis(YamlWriter& out, const AnalysisConfig& config) {
  out.open("analysis");
  out.value("buffer_bytes", text_of(config.buffer_bytes));
  out.value("sample_interval", text_of(config.sample_interval));
  out.value("pending_fills", text_of(config.execution.pending_fills));
  out.value("surprise_slack_bp", text_of(config.execution.surprise_slack_bp));
  out.close();
}

void write_performance(YamlWriter& out, const positions::PerformanceConfig& config) {
  out.open("performance");
  out.value("interval", text_of(config.interval));
  out.list("windows", texts_of(config.windows));
  out.value("risk_free_rate", text_of(config.risk_free_rate));
  out.value("minimum_acceptable_return", text_of(config.minimum_acceptable_return));
  out.value("trading_year", text_of(config.trading_year));
  out.close();
}

void write_history(YamlWriter& out, const MonitorConfig& config) {
  out.open("history");
  out.value("enabled", text_of(config.history_enabled));
  out.value("interval", text_of(config.sample_interval));
  out.list("peaks", yaml_texts(config.peaks));
  out.value("raw_retention", text_of(config.history.raw_retention));
  out.value("minute_retention", text_of(config.history.minute_retention));
  out.value("hour_retention", text_of(config.history.hour_retention));
  out.value("series", text_of(config.history.max_series));
  out.value("disk_limit", text_of(config.history.max_bytes));
  out.value("memory_limit", text_of(config.history.max_memory_bytes));
  out.close();
}

void write_query(YamlWriter& out, const monitoring::PrometheusApiConfig& config) {
  out.open("query");
  out.value("lookback", text_of(config.engine.lookback));
  out.value("ranges", word_of(config.engine.ranges, kRangeEndsWords));
  out.value("concurrency", text_of(config.concurrency));
  out.value("timeout", text_of(config.timeout));
  out.value("samples", text_of(config.max_samples));
  out.close();
}

void write_rules(YamlWriter& out, const RulesConfig& config) {
  out.open("rules");
  std::vector<std::string> files = yaml_texts(config.files);
  if (config.built_in) files.emplace(files.begin(), kBuiltIn);
  out.list("files", files);
  out.value("watch", text_of(config.watch));
  out.value("evaluation_interval", text_of(config.evaluation_interval));
  out.value("external_url", text_or_none(config.external_url));
  out.close();
}

void write_slo(YamlWriter& out, const SloConfig& config) {
  out.open("slo");
  out.value("built_in", text_of(config.built_in));
  out.list("files", yaml_texts(config.files));
  out.close();
}

void write_thresholds(YamlWriter& out, const AlertThresholdSettings& settings) {
  using Kind = AlertThresholdSetting::Kind;
  out.open("thresholds");
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const AlertThreshold& threshold = kAlertThresholds[i];
    std::string value{settings[i].kind == Kind::Off ? kNone : kAutomatic};
    if (settings[i].kind == Kind::Number) value = real_text(settings[i].number);
    if (settings[i].kind == Kind::Automatic && !threshold.is_derived) value = real_text(threshold.fallback);
    out.value(threshold.name, value);
  }
  out.close();
}

/// All but the password of the URL.
void write_push_gateway(YamlWriter& out, const monitoring::PushGatewayConfig& config) {
  std::string url{kNone};
  if (!config.target.host.empty()) {
    monitoring::PushTarget shown = config.target;
    if (!shown.password.empty()) shown.password = "[redacted]";
    url = monitoring::push_url(shown);
  }
  std::vector<std::string> grouping;
  for (const auto& [name, value] : config.grouping)
    grouping.push_back(yaml_text(fmt::format("{}={}", name, value)));
  out.open("push_gateway");
  out.value("url", yaml_text(url));
  out.value("job", yaml_text(config.job));
  out.list("grouping", grouping);
  out.value("interval", text_of(config.interval));
  out.value("timeout", text_of(config.timeout));
  out.value("delete_at_end", text_of(config.delete_at_end));
  out.close();
}

/// Where the secrets are, never what they are.
void write_access(YamlWriter& out, std::string_view group, const HttpAccessConfig& access) {
  out.open(group);
  out.value("token", text_or_none(access.token.source));
  out.value("user", text_or_none(access.user));
  out.value("password", text_or_none(access.password.source));
  out.close();
}

}  // namespace

void write_process(YamlWriter& out, const EngineConfig& config) {
  if (config.listen.size() == 1) {
    out.value("listen", yaml_text(config.listen.front()));
  } else {
    out.list("listen", yaml_texts(config.listen));
  }
  out.open("metrics");
  out.value("enabled", text_of(config.metrics_enabled));
  out.value("native_histograms", text_of(config.native_histograms));
  out.value("exemplars", text_of(config.exemplars));
  out.close();
  out.open("http");
  out.value("threads", text_of(config.http.threads));
  out.value("connections", text_of(config.http.connections));
  out.value("backlog", text_of(config.http.backlog));
  out.value("request_timeout", text_of(config.http.request_timeout));
  out.value("send_timeout", text_of(config.http.send_timeout));
  out.value("keep_alive_timeout", text_of(config.http.keep_alive_timeout));
  out.value("header_limit", text_of(config.http.header_limit));
  out.value("body_limit", text_of(config.http.body_limit));
  out.open("tls");
  out.value("certificate", text_or_none(config.http_tls.certificate));
  out.value("key", text_or_none(config.http_tls.key));
  out.value("minimum_version",
            "\"" + std::string(word_of(config.http_tls.minimum_version, kTlsVersionWords)) + "\"");
  out.close();
  out.open("auth");
  write_access(out, "metrics", config.http_auth.metrics);
  write_access(out, "api", config.http_auth.api);
  write_access(out, "control", config.http_auth.control);
  out.close();
  out.close();
  out.open("control");
  out.value("loopback", text_of(config.control_from_loopback));
  out.close();
  out.value("clock", word_of(config.clock, kClockWords));

  out.open("log");
  out.value("level", word_of(config.log.level, kLogLevelWords));
  out.value("file", yaml_text(config.log.file));
  out.value("queue_capacity", text_of(config.log.queue_capacity));
  out.list("redact_keys", yaml_texts(config.log.redacted_keys));
  out.list("redact_values", std::vector<std::string>(config.log.redacted_values.size(), "\"[redacted]\""));
  out.close();

  out.value("data", text_or_none(config.data_folder));
  write_journal(out, config.journal);
  write_incidents(out, config.incidents);
  write_reports(out, config.reports);
  write_analysis(out, config.analysis);
  write_performance(out, config.analysis.performance);
  write_history(out, config.monitor);
  write_query(out, config.query);
  write_rules(out, config.monitor.rules);
  write_slo(out, config.monitor.slo);
  write_thresholds(out, config.monitor.thresholds);
  write_alerting(out, config.alerting);
  write_push_gateway(out, config.push_gateway);

  out.open("orders");
  out.value("capacity", text_of(config.orders.order_capacity));
  out.value("fill_capacity", text_of(config.orders.fill_capacity));
  out.value("response_timeout", text_of(config.orders.response_timeout));
  out.close();
  out.open("queues");
  out.value("market", text_of(config.market_queue_capacity));
  out.value("reports", text_of(config.report_queue_capacity));
  out.value("commands", text_of(config.command_queue_capacity));
  out.close();
  out.open("buckets");
  out.list("order_size_usd", texts_of(config.buckets.order_size_usd));
  out.list("trade_duration_seconds", texts_of(config.buckets.trade_duration_seconds));
  out.list("trade_pnl_usd", texts_of(config.buckets.trade_pnl_usd));
  out.list("training_duration_seconds", texts_of(config.buckets.training_duration_seconds));
  out.close();
  out.value("on_shutdown", word_of(config.on_shutdown, kOnShutdownWords));
  out.value("session_end", yaml_text(time_of_day_text(config.session_end)));
  out.value("define_from_feed", text_of(config.define_from_feed));
}

}  // namespace vigil::engine
