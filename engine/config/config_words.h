#pragma once

#include <array>
#include <string_view>
#include <utility>

#include "engine/config/engine_config.h"

/// The words of the configuration's enumerations, for reading and for writing.
namespace vigil::engine {

template <typename Enum, std::size_t N>
using Words = std::array<std::pair<std::string_view, Enum>, N>;

inline constexpr Words<monitoring::LogLevel, 6> kLogLevelWords{{
    {"TRACE", monitoring::LogLevel::Trace},
    {"DEBUG", monitoring::LogLevel::Debug},
    {"INFO", monitoring::LogLevel::Info},
    {"WARN", monitoring::LogLevel::Warn},
    {"ERROR", monitoring::LogLevel::Error},
    {"FATAL", monitoring::LogLevel::Fatal},
}};
inline constexpr Words<positions::MarkBasis, 2> kMarkBasisWords{{
    {"touch", positions::MarkBasis::Touch},
    {"mid", positions::MarkBasis::Mid},
}};
inline constexpr Words<Confidence, 3> kConfidenceWords{{
    {"low", Confidence::Low},
    {"medium", Confidence::Medium},
    {"high", Confidence::High},
}};
inline constexpr Words<StrategyKind, 4> kStrategyKindWords{{
    {"manual", StrategyKind::Manual},
    {"momentum", StrategyKind::Momentum},
    {"mean_reversion", StrategyKind::MeanReversion},
    {"model", StrategyKind::Model},
}};
inline constexpr Words<RoutingStrategy, 2> kRoutingWords{{
    {"smart", RoutingStrategy::Smart},
    {"aggressive", RoutingStrategy::Aggressive},
}};
inline constexpr Words<monitoring::TlsVersion, 2> kTlsVersionWords{{
    {"1.2", monitoring::TlsVersion::Tls12},
    {"1.3", monitoring::TlsVersion::Tls13},
}};
inline constexpr Words<OnShutdown, 2> kOnShutdownWords{{
    {"cancel", OnShutdown::CancelOrders},
    {"keep", OnShutdown::KeepOrders},
}};
inline constexpr Words<monitoring::ClockChoice, 3> kClockWords{{
    {"auto", monitoring::ClockChoice::Automatic},
    {"tsc", monitoring::ClockChoice::Counter},
    {"monotonic", monitoring::ClockChoice::Monotonic},
}};

inline constexpr Words<UnknownOrders, 2> kUnknownOrdersWords{{
    {"cancel", UnknownOrders::Cancel},
    {"adopt", UnknownOrders::Adopt},
}};

inline constexpr Words<JournalAck, 2> kJournalAckWords{{
    {"durable", JournalAck::Durable},
    {"async", JournalAck::Async},
}};

inline constexpr Words<MarketDataKept, 3> kMarketDataKeptWords{{
    {"none", MarketDataKept::None},
    {"top", MarketDataKept::Top},
    {"all", MarketDataKept::All},
}};

inline constexpr Words<monitoring::promql::RangeEnds, 2> kRangeEndsWords{{
    {"left_open", monitoring::promql::RangeEnds::LeftOpen},
    {"closed", monitoring::promql::RangeEnds::Closed},
}};

inline constexpr Words<AlertReceiverKind, 5> kAlertReceiverWords{{
    {"log", AlertReceiverKind::Log},
    {"webhook", AlertReceiverKind::Webhook},
    {"slack", AlertReceiverKind::Slack},
    {"pagerduty", AlertReceiverKind::PagerDuty},
    {"email", AlertReceiverKind::Email},
}};

}  // namespace vigil::engine
