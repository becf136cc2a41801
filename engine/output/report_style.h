#pragma once

#include <string_view>

namespace vigil::engine {

/// Of a report's page, light and dark, for a wide screen, a phone and paper.
inline constexpr std::string_view kReportStyle = R"(
:root{color-scheme:light dark;--ground:#f6f7f9;--card:#fff;--ink:#1b2430;--soft:#5d6978;--rule:#dfe3e8;
--good:#14804a;--bad:#c0342c;--c0:#2563c9;--c1:#d9822b;--c2:#2b9d76;--c3:#a04bc4;--c4:#c2406b;--c5:#5b8a1d;
--c6:#158a9c;--c7:#7a6652}
@media (prefers-color-scheme:dark){:root{--ground:#12161c;--card:#1a2028;--ink:#e4e8ee;--soft:#97a3b2;
--rule:#303945;--good:#4cc38a;--bad:#ff7b72;--c0:#6ea3ff;--c1:#f2a65a;--c2:#56cfa5;--c3:#cf8cf0;--c4:#f27fa3;
--c5:#a3cf5f;--c6:#5ccbdc;--c7:#bba68f}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:15px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,
"Helvetica Neue",Arial,sans-serif}
main{max-width:1120px;margin:0 auto;padding:20px 16px 40px}
h1{font-size:1.6rem;margin:0 0 2px}h2{font-size:1.15rem;margin:34px 0 10px;padding-bottom:5px;
border-bottom:1px solid var(--rule)}h3{font-size:.95rem;margin:18px 0 6px;color:var(--soft);font-weight:600}
p{margin:6px 0}.soft,.unit,figcaption,footer{color:var(--soft)}.unit{font-weight:400;font-size:.85em}
.badge{display:inline-block;border:1px solid var(--rule);border-radius:99px;padding:1px 10px;margin:6px 6px 0 0;
font-size:.85rem;background:var(--card)}.badge.warn{border-color:var(--bad);color:var(--bad)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(150px,1fr));gap:10px;margin:18px 0 4px}
.tile{background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:10px 14px}
.tile b{display:block;font-size:1.3rem;font-variant-numeric:tabular-nums;white-space:nowrap}
.tile span{font-size:.82rem;color:var(--soft)}.good{color:var(--good)}.bad{color:var(--bad)}
.charts{display:grid;align-items:start;grid-template-columns:repeat(auto-fill,minmax(min(100%,420px),1fr));gap:10px;margin:10px 0}
figure{margin:0;background:var(--card);border:1px solid var(--rule);border-radius:8px;padding:10px 12px 6px;
break-inside:avoid}figcaption{font-size:.88rem;margin-bottom:4px}svg{display:block;width:100%;height:auto}
svg text{fill:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}svg text.cell{fill:var(--ink);font-size:10px}
.grid{stroke:var(--rule);stroke-width:1}.zero{stroke:var(--soft);stroke-width:1}
.curve{fill:none;stroke-width:1.8;stroke-linejoin:round}.band{stroke:none;fill-opacity:.2}
.legend{font-size:.82rem;margin:0 0 4px;color:var(--soft)}.legend span{margin-right:12px;white-space:nowrap}
.legend i{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:5px}
.s0{stroke:var(--c0);fill:var(--c0);background:var(--c0)}.s1{stroke:var(--c1);fill:var(--c1);background:var(--c1)}
.s2{stroke:var(--c2);fill:var(--c2);background:var(--c2)}.s3{stroke:var(--c3);fill:var(--c3);background:var(--c3)}
.s4{stroke:var(--c4);fill:var(--c4);background:var(--c4)}.s5{stroke:var(--c5);fill:var(--c5);background:var(--c5)}
.s6{stroke:var(--c6);fill:var(--c6);background:var(--c6)}.s7{stroke:var(--c7);fill:var(--c7);background:var(--c7)}
.fall{stroke:var(--bad);fill:var(--bad)}.bar,.dot{stroke:none}.curve.s0,.curve.fall{fill:none}.band{stroke:none}
.warm{fill:var(--c1)}.cold{fill:var(--c0)}.none{fill:var(--soft)}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--rule);border-radius:8px;margin:8px 0}
table{border-collapse:collapse;width:100%;font-size:.88rem}th,td{padding:5px 10px;text-align:left;
white-space:nowrap}th{color:var(--soft);font-weight:600;border-bottom:1px solid var(--rule)}
tbody tr+tr td{border-top:1px solid var(--rule)}.n{text-align:right;font-variant-numeric:tabular-nums}
footer{margin-top:36px;font-size:.85rem}a{color:var(--c0)}
@media (max-width:520px){main{padding:14px 10px 30px}h1{font-size:1.35rem}th,td{padding:5px 8px}
.tiles{grid-template-columns:repeat(2,1fr)}.tile{padding:8px 10px}.tile b{font-size:1.05rem}svg text{font-size:14px}svg text.cell{font-size:11px}}
@media print{:root{--ground:#fff;--card:#fff;--ink:#000;--soft:#444;--rule:#bbb}main{max-width:none;padding:0}
.scroll{overflow:visible}h2{break-after:avoid}tr{break-inside:avoid}}
)";

}  // namespace vigil::engine
