"""Template texts for the comparison with Prometheus: written ones, and ones drawn from a seed."""

import random

# Templates that Prometheus accepts. What fails only with data belongs here too: the message is compared.
WRITTEN = r"""
plain text
{{ $value }} {{ $labels.job }} {{ $externalLabels.region }} {{ $externalURL }}
{{ .Value }} {{ .Labels.job }} {{ .ExternalLabels.region }} {{ .ExternalURL }}
{{ . }}
{{ .Labels }} {{ $externalLabels }}
{{ $ }}
{{ $.Value }} {{ with .Labels }}{{ .job }} {{ $.Value }}{{ end }}
{{ $labels.missing }}|{{ len $labels.missing }}
{{ .Missing }}
{{ $value.Missing }}
{{ $labels.job.Missing }}
{{ $labels.job "x" }}
{{ .Value 1 }}
{{ 1 | $value }}
{{ 5 | .Labels.job }}
{{ "a" "b" }}
{{ nil }}
{{ true }} {{ false }} {{ 'a' }} {{ '\n' }} {{ '\x41' }} {{ '\u00e9' }} {{ '\'' }}
{{ 0x1F }} {{ 0b101 }} {{ 0o17 }} {{ 017 }} {{ 1_000 }} {{ -5 }} {{ +5 }} {{ 0 }} {{ -0 }}
{{ 1.5 }} {{ 1e3 }} {{ 1E-7 }} {{ .5 }} {{ 5. }} {{ 0x1p4 }} {{ 0x1.8p1 }} {{ 1e100 }} {{ 123456789.0 }}
{{ -0x1e }} {{ 0x1e }}
{{ 1i }} {{ 1+2i }} {{ 1.5e3-2.5i }} {{ printf "%.2f %v %g" 1i 2i 1+1i }}
{{ 18446744073709551615 }}
{{ 9223372036854775807 }} {{ -9223372036854775808 }}
{{ printf "%d" 9223372036854775808 }}
{{ "quoted \"text\" \t\u00e9\x41\101" }} {{ `raw \n "text"` }}
a {{- " b " -}} c
a  {{- /* a comment */ -}}  b {{/* another */}} c
{{- "left" }} {{ "right" -}}   end
{{ if $value }}yes{{ else }}no{{ end }}
{{ if gt $value 1.0 }}above{{ else if eq $value 1.0 }}at{{ else }}below{{ end }}
{{ if and (gt $value 1.0) (lt $value 100.0) }}between{{ else }}outside{{ end }}
{{ if or (eq $labels.job "node") (eq $labels.job "web") }}known{{ else }}unknown{{ end }}
{{ if not $labels.job }}no job{{ else }}{{ $labels.job }}{{ end }}
{{ if "" }}1{{ end }}{{ if 0 }}2{{ end }}{{ if 0.0 }}3{{ end }}{{ if $labels }}4{{ end }}{{ if args }}5{{ end }}
{{ with $labels.job }}{{ . }}{{ else }}none{{ end }}{{ with $labels.none }}{{ . }}{{ else }}none{{ end }}
{{ with $x := 5 }}{{ $x }}{{ . }}{{ end }}
{{ $x := 1 }}{{ $x }}{{ $x = 2 }}{{ $x }}{{ if true }}{{ $x = 3 }}{{ $x := 4 }}{{ $x }}{{ end }}{{ $x }}
{{ $y = 2 }}
{{ range $k, $v := $labels }}{{ $k }}={{ $v }};{{ end }}
{{ range $labels }}{{ . }},{{ end }}
{{ range $v := $labels }}{{ $v }},{{ end }}
{{ range $k, $v := args 1 "a" 2.5 }}{{ $k }}={{ $v }};{{ printf "%T" $v }}{{ end }}
{{ range args 1 "a" nil }}{{ . }};{{ end }}
{{ range $labels }}{{ if eq . "node" }}{{ break }}{{ end }}{{ . }}{{ end }}
{{ range $labels }}{{ if eq . "node" }}{{ continue }}{{ end }}{{ . }}{{ end }}
{{ range args }}x{{ else }}empty{{ end }}
{{ range 5 }}x{{ end }}
{{ range $value }}x{{ end }}
{{ range "text" }}x{{ end }}
{{ range $labels.none }}x{{ end }}
{{ range .Missing.More }}x{{ else }}y{{ end }}
{{ $x := 0 }}{{ range $x = args 1 2 }}{{ $x }}|{{ . }}{{ end }}{{ $x }}
{{ range $labels }}{{ range $externalLabels }}{{ . }}{{ break }}{{ end }};{{ end }}
{{ range args 1 2 }}{{ range args }}a{{ else }}b{{ break }}{{ end }}c{{ end }}
{{ range args 1 2 }}{{ range args }}a{{ else }}b{{ continue }}{{ end }}c{{ end }}
{{ define "t" }}[{{ . }}]{{ end }}{{ template "t" $value }}{{ template "t" }}{{ template "t" $labels.job }}
{{ define "t" }}{{ $ }}{{ range $x = args 1 }}a{{ end }}{{ end }}{{ template "t" 1 }}
{{ define "t" }}{{ range $i, $x = args 1 }}a{{ end }}{{ end }}{{ template "t" 1 }}
{{ define "t" }}{{ .Missing }}{{ end }}{{ template "t" $value }}
{{ block "b" $value }}<{{ . }}>{{ end }}{{ template "b" 2 }}
{{ template "none" }}
{{ template "none" $value }}
{{ define "t" }} {{ end }}{{ define "t" }}x{{ end }}{{ template "t" }}
{{ define "r" }}{{ if gt . 0 }}{{ . }}{{ template "r" 0 }}{{ end }}{{ end }}{{ template "r" 3 }}
{{ ($value) }} {{ (printf "%s" "x") | printf "%s%s" "y" }}
{{ (args 1 2).arg0 }} {{ (args 1 2).arg5 }} {{ (args 1).arg0.x }}
{{ (args 1).arg5.x }}
{{ (args (args "deep")).arg0.arg0 }}
{{ args 1 "two" 3.5 true nil }}
{{ printf "%v" (args 1 nil) }} {{ printf "%#v" (args 1 "x" nil) }} {{ printf "%d" (args 1 "x" nil) }}
{{ and 1 0 2 }} {{ and 1 2 }} {{ or 0 "" "x" 1 }} {{ or 0 "" }} {{ and "" (first nil) }} {{ or 1 (first nil) }}
{{ and }}
{{ or }}
{{ 1 | and 2 }} {{ 0 | or 0 }} {{ and nil }} {{ or nil nil }}
{{ not 1 }} {{ not "" }} {{ not nil }} {{ not }}
{{ eq 1 1 }} {{ eq 1 2 3 1 }} {{ eq "a" "b" "a" }} {{ eq 1.0 1.0 }} {{ eq true true }} {{ ne 1 2 }}
{{ eq 1 1.0 }}
{{ eq "1" 1 }}
{{ eq 1 }}
{{ eq }}
{{ eq nil nil }} {{ eq nil 1 }} {{ eq 1 nil }} {{ ne nil 1 }}
{{ eq $labels $labels }}
{{ eq $labels 1 }}
{{ eq 1 $labels }}
{{ eq $labels nil }}
{{ eq . . }}
{{ eq . $labels }}
{{ eq (index "a" 0) 97 }} {{ eq 97 (index "a" 0) }} {{ lt 96 (index "a" 0) }} {{ lt (index "a" 0) -1 }}
{{ lt 1 2 }} {{ le 2 2 }} {{ gt 2 1 }} {{ ge 1 2 }} {{ lt "a" "b" }} {{ lt 1.5 2.5 }}
{{ lt 1 2.0 }}
{{ lt true false }}
{{ lt nil 1 }}
{{ lt $labels 1 }}
{{ gt $value 1 }}
{{ gt $value }}
{{ gt $value 1.0 2.0 }}
{{ len "abc" }} {{ len $labels }} {{ len (args 1 2) }}
{{ len 5 }}
{{ len nil }}
{{ len .Missing }}
{{ len . }}
{{ index $labels "job" }} {{ index $labels "none" }} {{ index (args 1 (args 2)) "arg1" "arg0" }} {{ index "abc" 1 }}
{{ index $labels 1 }}
{{ index $labels nil }}
{{ index "abc" 3 }}
{{ index "abc" 4 }}
{{ index "abc" -1 }}
{{ index "abc" "a" }}
{{ index "abc" 1.0 }}
{{ index nil 1 }}
{{ index 5 1 }}
{{ index 5 }}
{{ index (args 1) "x" }} {{ printf "%v" (index (args 1) "x") }}
{{ index (args 1) "x" "y" }}
{{ slice "abcdef" 1 3 }} {{ slice "abc" 1 }} {{ slice "abc" }} {{ slice "abc" 3 }}
{{ slice "abc" 2 1 }}
{{ slice "abc" 4 }}
{{ slice "abc" 0 1 2 }}
{{ slice "abc" 0 1 2 3 }}
{{ slice 5 1 }}
{{ slice nil }}
{{ call nil }}
{{ call 5 }}
{{ call "x" 1 }}
{{ print 1 2 "a" "b" 3 4.5 nil }} {{ print }}{{ print nil }} {{ println 1 "a" }}{{ println }}
{{ print $labels.job $value }} {{ print $value $value }} {{ print (safeHtml "a") 1 2 }}
{{ html "<a href='x'>&\"</a>" }} {{ html 1 2 }} {{ html nil }} {{ html $labels }}
{{ js "it's \"<b>\" & = \\ \n" }} {{ js "é\u200b" }} {{ urlquery "a b&c=d/é~_-." }} {{ urlquery 1.5 nil }}
{{ "x" | html | js | urlquery }}
{{ printf "%s %d %v %q %t %x %X %c %U %o %O %b" "s" 42 nil "q" true 255 255 65 8364 8 8 5 }}
{{ printf "%5d|%-5d|%05d|%+d|% d|%x|%#x|%#o|%#b" 42 42 42 42 42 42 42 42 42 }}
{{ printf "%f %.2f %8.3f %-8.2f| %08.2f %+.1f %e %E %g %G" 1.5 1.5 1.5 1.5 -1.5 1.5 1.5 1.5 1.5 1.5 }}
{{ printf "%.0f %.1f %.3g %.10g %g %g %g" 2.5 0.25 1234.5678 1234.5678 1e20 1e21 1e-5 }}
{{ printf "%#g %#.3g %#f %#.0f %#e %+g % g" 1.5 1.0 1.5 2.0 1.5 1.5 1.5 }}
{{ printf "%x %X %b %.3x %#x" 1.5 1.5 1.5 1.5 1.5 }}
{{ printf "%6.2f%%" 12.345 }} {{ printf "%%" }} {{ printf "100%" }} {{ printf "%!" }} {{ printf "%z" 1 }}
{{ printf "%d" 1.5 }} {{ printf "%s" 1 }} {{ printf "%f" 1 }} {{ printf "%d" "x" }} {{ printf "%t" 1 }} {{ printf "%q" 1.5 }}
{{ printf "%d" }} {{ printf "%d %d" 1 }} {{ printf "x" 1 "a" nil }} {{ printf "%s" nil }} {{ printf "%d" nil }} {{ printf "%T" nil }}
{{ printf "%T %T %T %T %T %T" 1 1.5 "a" true $labels . }} {{ printf "%T %T" (args) 'a' }}
{{ printf "%[2]s %[1]s" "a" "b" }} {{ printf "%[3]d" 1 }} {{ printf "%[x]d" 1 }} {{ printf "%[1]d %d" 1 2 }} {{ printf "%[1" 1 }}
{{ printf "%*d|%-*d|%.*f" 5 42 5 42 2 3.14159 }} {{ printf "%*d" "a" 1 }} {{ printf "%.*d" -1 5 }} {{ printf "%.*f" }}
{{ printf "%[2]*[1]d" 5 3 }} {{ printf "%[2]5d" 1 2 }} {{ printf "%5.[1]d" 1 }} {{ printf "%.d|%.0d" 0 0 }}
{{ printf "%10s|%-10s|%.2s|%5.1s|%010s" "abc" "abc" "abc" "abc" "abc" }} {{ printf "%5s" "é" }}
{{ printf "%x %X % x %#x %# x %.2x" "hi" "hi" "hi" "hi" "hi" "hi" }} {{ printf "%q %#q %+q" "a\"é" "a`b" "é" }}
{{ printf "%q %+q %#q %c" 'x' 'é' 'x' 128512 }} {{ printf "%#U %U" 8364 -1 }}
{{ printf "%v %+v %#v" $labels $labels $labels }}
{{ printf "%v %+v %#v" . . . }}
{{ printf "%s %d %q %x" $labels $labels $labels $labels }}
{{ printf "%#v %#v %#v %#v" 1 1.0 "a" true }} {{ printf "%#v" (index "a" 0) }} {{ printf "%v" 'a' }}
{{ printf "%.3v %5v %-5v| %05v" 1.23456 1 2 3 }} {{ printf "%+v %+v" 1 1.5 }}
{{ printf "%08.3f %+08.3f %-08.3f| % 08.3f" -1.5 1.5 1.5 1.5 }}
{{ printf "%5t|%-7t|%q" true false true }}
{{ printf "%d %s" $value $value }} {{ printf "%.2f" $value }} {{ printf "%e" $value }} {{ printf "%g" $value }}
{{ printf "%20000000d" 1 }}
{{ printf 5 }}
{{ printf $value }}
{{ printf }}
{{ $value | printf "%.1f" }} {{ $value | printf "%s: %.1f" $labels.job }}
{{ humanize $value }} {{ humanize1024 $value }} {{ humanizeDuration $value }} {{ humanizePercentage $value }}
{{ $value | humanize }} {{ $value | humanize1024 }} {{ $value | humanizeDuration }}
{{ humanizeTimestamp $value }}
{{ toTime $value }}
{{ (toTime $value).Year }} {{ ($value | toTime).Month }}
{{ with toTime $value }}{{ .Year }}-{{ .Month }}-{{ .Day }} {{ .Weekday }} {{ .YearDay }} {{ .Hour }}:{{ .Minute }}:{{ .Second }}.{{ .Nanosecond }} {{ .Unix }} {{ .UnixMilli }} {{ .UnixMicro }} {{ .UnixNano }} {{ .IsZero }} {{ .IsDST }}{{ end }}
{{ (toTime 1.7e9).Format "2006-01-02T15:04:05Z07:00" }} {{ (toTime 1.7e9).Format "Mon Jan _2 3:04:05PM 06 -0700 MST 002 __2" }}
{{ (toTime 1700000000.125).Format "Monday, January 2 2006 03:4:5 pm .000 .999999 ,00 Z0700 Z07 -07:00 -07 Jan1 Janet Mon2 Monad _2006 05.99" }}
{{ ((toTime 1700000000).Add 90000000000).String }} {{ (toTime 1700000000).AddDate 1 2 3 }} {{ (toTime 1700000000).AddDate 0 -25 40 }}
{{ (toTime 100).Sub (toTime 40) }} {{ ((toTime 100.5).Sub (toTime 40)).Seconds }} {{ ((toTime 100.5).Sub (toTime 40)).String }}
{{ ((toTime 9000.5).Sub (toTime 40)).Hours }} {{ ((toTime 9000).Sub (toTime 9100)).Minutes }} {{ ((toTime 1).Sub (toTime 9)).Abs }}
{{ (toTime 100).After (toTime 40) }} {{ (toTime 100).Before (toTime 40) }} {{ (toTime 100).Equal (toTime 100) }}
{{ printf "%v %s %q %x" (toTime 0) (toTime 0) (toTime 0) (toTime 0) }} {{ printf "%#v" (toTime 0) }} {{ printf "%T" (toTime 0) }}
{{ printf "%d %v %T %s" (toTime 0).Month (toTime 0).Month (toTime 0).Month (toTime 0).Weekday }} {{ printf "%d" (toTime 1.5) }}
{{ (toTime 0).Date }}
{{ (toTime 0).Clock }}
{{ (toTime 0).ISOWeek }}
{{ (toTime 0).wall }}
{{ (toTime 0).Missing }}
{{ (toTime 0).Format }}
{{ (toTime 0).Format 5 }}
{{ (toTime 0).Add 1.5 }}
{{ (toTime 0).Add "x" }}
{{ (toTime 0).After 5 }}
{{ (toTime 0).Sub $value }}
{{ eq (toTime 0) (toTime 0) }}
{{ eq (toTime 0).Month 1 }} {{ lt (toTime 0).Unix 5 }}
{{ toTime "abc" }}
{{ humanize ((toTime 5).Sub (toTime 3)) }}
{{ humanize (toTime 0).Unix }} {{ humanizeDuration (toTime 1e6).Unix }}
{{ humanize "1234.5" }} {{ humanize 1234 }} {{ humanize "0x10" }} {{ humanize "1_000" }} {{ humanize "inf" }} {{ humanize "NaN" }} {{ humanize "-Infinity" }}
{{ humanize "abc" }}
{{ humanize "" }}
{{ humanize "1e999" }}
{{ humanize "1e-999" }} {{ humanize "0x1p-2" }} {{ humanize ".5" }} {{ humanize "5." }}
{{ humanize "0x10p" }}
{{ humanize "1__0" }}
{{ humanize true }}
{{ humanize nil }}
{{ humanize $labels }}
{{ humanize }}
{{ humanize 1 2 }}
{{ humanize (index "a" 0) }}
{{ humanize 'a' }}
{{ humanize (safeHtml "1") }}
{{ humanize 0 }} {{ humanize 0.0 }} {{ humanize -0.0 }} {{ humanize 999.9999 }} {{ humanize 1e30 }} {{ humanize 1e-30 }} {{ humanize -1234567 }}
{{ humanize1024 0 }} {{ humanize1024 1 }} {{ humanize1024 1024 }} {{ humanize1024 1e30 }} {{ humanize1024 -5000 }} {{ humanize1024 0.5 }}
{{ humanizeDuration 0 }} {{ humanizeDuration 1 }} {{ humanizeDuration 59.999 }} {{ humanizeDuration 60 }} {{ humanizeDuration 3661 }} {{ humanizeDuration 90061.5 }} {{ humanizeDuration -90061 }} {{ humanizeDuration 0.001 }} {{ humanizeDuration 1e-12 }} {{ humanizeDuration 1e19 }} {{ humanizeDuration -0.5 }}
{{ humanizePercentage 0.1234567 }} {{ humanizePercentage 1 }} {{ humanizePercentage "0.5" }} {{ humanizePercentage 12345 }}
{{ humanizeTimestamp 0 }} {{ humanizeTimestamp 1435065584.128 }} {{ humanizeTimestamp "1435065584.128" }} {{ humanizeTimestamp -1.5 }} {{ humanizeTimestamp "NaN" }} {{ humanizeTimestamp 1.7e9 }}
{{ humanizeTimestamp 1e10 }}
{{ humanizeTimestamp -1e300 }}
{{ title "hello wOrld foo-bar_baz it's éa" }} {{ toUpper "abcÄé ß" }} {{ toLower "ABCÄÉ" }} {{ title "" }}
{{ match "a.*" "xabc" }} {{ match "^b" "abc" }} {{ match "a.c" "a\nc" }} {{ match "(?s)a.c" "a\nc" }} {{ match "(?i)ABC" "abc" }}
{{ match "[a-z" "x" }}
{{ match "(a" "x" }}
{{ match "a)" "x" }}
{{ match "*a" "x" }}
{{ match "a**" "x" }}
{{ match "a{2000}" "x" }}
{{ match "\\q" "x" }}
{{ match "a\\" "x" }}
{{ match "(?P<n" "x" }}
{{ match "(?z)" "x" }}
{{ match "[z-a]" "x" }}
{{ match "\\p{Foo}" "x" }}
{{ match 5 "x" }}
{{ match "x" $value }}
{{ match "x" }}
{{ reReplaceAll "l+" "L" "hello all" }} {{ reReplaceAll "(.*):.*" "$1" "host:9090" }} {{ reReplaceAll "(?P<a>x)" "${a}y" "axb" }} {{ reReplaceAll "a*" "-" "baac" }} {{ reReplaceAll "x" "$1$" "axb" }} {{ reReplaceAll "(a)(b)" "$2$1x $$" "ab" }}
{{ reReplaceAll "(" "" "x" }}
{{ reReplaceAll "(`" "" "x" }}
{{ $labels.instance | reReplaceAll "(.*):.*" "$1" }} {{ $labels.instance | stripPort }} {{ $labels.instance | stripDomain }}
{{ stripPort "host.example.org:80" }} {{ stripPort "host" }} {{ stripPort "[::1]:80" }} {{ stripPort "::1" }} {{ stripPort "[::1]" }} {{ stripPort "a:b:c" }} {{ stripPort ":80" }} {{ stripPort "" }}
{{ stripDomain "host.example.org:80" }} {{ stripDomain "host.example.org" }} {{ stripDomain "10.0.0.1:80" }} {{ stripDomain "[::1]:80" }} {{ stripDomain "::1" }} {{ stripDomain "host" }} {{ stripDomain "10.0.0.01:1" }} {{ stripDomain "host.a:" }}
{{ safeHtml "<b>" }} {{ safeHtml "a" | printf "%T" }} {{ toUpper (safeHtml "a") }}
{{ graphLink "up{job=\"a b\"}" }} {{ tableLink "up > 1" }}
{{ pathPrefix }} {{ externalURL }}
{{ parseDuration "1h30m" }} {{ parseDuration "5m" }} {{ parseDuration "100ms" }} {{ parseDuration "1d2h" }} {{ parseDuration "0" }} {{ parseDuration "1y1w1d" }}
{{ parseDuration "abc" }}
{{ parseDuration "" }}
{{ parseDuration "1h 30m" }}
{{ parseDuration 5 }}
{{ parseDuration "5m" | humanizeDuration }}
{{ query "vector(1)" | first | value }} {{ query "vector(1)" | len }}
{{ range query "QUERY" }}{{ .Labels.i }}={{ .Value }} {{ . }};{{ end }}
{{ range $i, $s := query "QUERY" }}{{ $i }}{{ $s.Labels }}{{ $s.Value }}{{ end }}
{{ with query "QUERY" }}{{ . | first | label "i" }} {{ first . | value | printf "%.2f" }} {{ len . }}{{ end }}
{{ range query "QUERY" | sortByLabel "i" }}{{ label "i" . }}{{ strvalue . }};{{ end }}
{{ $r := query "QUERY" }}{{ $s := sortByLabel "i" $r }}{{ range $r }}{{ .Labels.i }}{{ end }}{{ range slice $s 1 3 }}{{ .Labels.i }}{{ end }}{{ len (slice $s 1) }}
{{ $r := query "QUERY" }}{{ (index $r 0).Labels.i }} {{ (index $r 1).Value }} {{ eq (index $r 0) (index $r 0) }} {{ eq (index $r 0) (index $r 1) }} {{ printf "%T %T" $r (index $r 0) }}
{{ $r := query "QUERY" }}{{ printf "%v" (first $r) }} {{ printf "%+v" (first $r) }} {{ (first $r).Missing }}
{{ $r := query "QUERY" }}{{ index $r 9 }}
{{ $r := query "QUERY" }}{{ index $r 3 }}
{{ $r := query "QUERY" }}{{ slice $r 0 1 2 | len }} {{ slice $r 0 9 }}
{{ $r := query "QUERY" }}{{ $r.Labels }}
{{ eq (query "QUERY") (query "QUERY") }}
{{ query "absent(vector(1))" }} {{ query "absent(vector(1))" | len }} {{ range query "absent(vector(1))" }}x{{ else }}none{{ end }}
{{ query "absent(vector(1))" | first }}
{{ query "absent(vector(1))" | first | value }}
{{ query 5 }}
{{ query }}
{{ first nil }}
{{ first "x" }}
{{ first $value }}
{{ first $labels }}
{{ label "x" nil }}
{{ value nil }}
{{ value "x" }}
{{ label 1 nil }}
{{ sortByLabel "x" nil }}
{{ title nil }}
{{ title 5 }}
{{ title $value }}
{{ title .Missing }}
{{ title true }}
{{ $value | title }}
{{ "job" | index $labels }} {{ "x" | printf "%s %s" "y" }} {{ 5 | humanize }}
{{ printf }}{{ $value.x.y }}
{{ printf.x }}
{{ pathPrefix.x }}
{{ (print).x }}
{{ (.Labels).job }} {{ ($labels).job }} {{ (index (args $labels) "arg0").job }}
{{ $labels.job | printf "%s" | toUpper | html | len }}
{{ $x := printf "%d" 5 }}{{ $x | len }} {{ $y := $labels }}{{ $y.job }}
{{ range $labels }}{{ $x := . }}{{ $x }}{{ end }}
{{ "ünïcödé" | len }} {{ printf "%.3s" "ünïcödé" }} {{ slice "ünï" 0 2 }}
{{ $größe := 5 }}{{ $größe }}
{{ if true }}
  multi
{{- else }}
  lines
{{ end -}}
"""

# Templates that Prometheus refuses when it reads the rule file.
REFUSED = r"""
{{
{{ $value
{{ $value }
{{ .Value | }}
{{ | .Value }}
{{ }}
{{ "abc }}
{{ `abc }}
{{ 'abc }}
{{ 'ab' }}
{{ '' }}
{{ "\q" }}
{{ "\x4" }}
{{ "\ud800" }}
{{ unknown }}
{{ unknown $value }}
{{ tmpl "x" . }}
{{ $unknown }}
{{ $unknown.field }}
{{ if }}x{{ end }}
{{ if $value }}x
{{ if $value }}x{{ else }}y{{ else }}z{{ end }}
{{ else }}
{{ end }}
{{ range }}x{{ end }}
{{ range $a, $b, $c := $labels }}{{ end }}
{{ range $a, 5 := $labels }}{{ end }}
{{ with }}x{{ end }}
{{ with $a, $b := $labels }}{{ end }}
{{ $a, $b := $labels }}
{{ break }}
{{ continue }}
{{ if true }}{{ break }}{{ end }}
{{ range $labels }}{{ break 5 }}{{ end }}
{{ range $labels }}{{ continue | x }}{{ end }}
{{ define }}x{{ end }}
{{ define "x" }}
{{ define "x" }}{{ else }}{{ end }}
{{ define "x" y }}{{ end }}
{{ define "a" }}1{{ end }}{{ define "a" }}2{{ end }}
{{ if true }}{{ define "a" }}{{ end }}{{ end }}
{{ template }}
{{ template x }}
{{ template "x" 1 2 | }}
{{ block "x" }}{{ end }}
{{ block x . }}{{ end }}
{{ block "x" . }}{{ break }}{{ end }}
{{ range $labels }}{{ block "x" . }}{{ break }}{{ end }}{{ end }}
{{ (1 }}
{{ 1) }}
{{ () }}
{{ (1) (2 }}
{{ 1.2.3 }}
{{ 1a }}
{{ 0x }}
{{ 0b2 }}
{{ 1_ }}
{{ 08 }}
{{ 1e999 }}
{{ 1e400i }}
{{ 99999999999999999999 }}
{{ 1+2 }}
{{ 1+2x }}
{{ .5.6 }}
{{ "a".b }}
{{ 5 .b }}{{ 5.b }}
{{ nil.x }}
{{ true.x }}
{{ . .x }}{{ ..x }}
{{ $labels.job! }}
{{ .Labels.job, }}
{{ .a.b-c }}
{{ a-b }}
{{ ! }}
{{ @ }}
{{ $value := }}
{{ $value : 5 }}
{{ $value :5 }}
{{ $value == 5 }}
{{ 5 = 5 }}
{{ $value | 5 }}
{{ $value | "x" }}
{{ $value | . }}
{{ $value | nil }}
{{ $value | true }}
{{ /* comment */ }}
{{/* comment }}
{{/* comment */
{{/* comment */ x }}
{{ é }}
{{ € }}
{{ printf "%d" 5 }}{{ if }}
text {{ $x }} text
{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}
{{ define "d" }}{{ $labels.job }}{{ end }}
{{ "a very long string literal" "x" ) }}
{{ template "a very long string literal" ) }}
{{ end "a very long string literal" }}
{{ else if }}
{{ with $value }}{{ else if true }}{{ end }}
{{ range $x, $y = }}{{ end }}
"""

# The same with several lines.
REFUSED_LINES = [
    "line one\n{{ $value\n}}\n{{ unknown }}",
    "{{ if true }}\n\n{{ printf \"x\" \n",
    "{{ if true }}\n{{ \"abc\n }}",
    "{{ range $labels }}\n{{/* x \n */}}\n{{ $x }}{{ end }}",
    "\n\n  {{- if true }}\n{{ ( }}\n",
    "{{ printf\n\n\n5 | }}",
]
WRITTEN_LINES = [
    "line one\n{{ $value }}\n  {{ .Missing }}",
    "{{ range $labels }}\n{{ . }}\n{{ end }}",
    "{{ range $labels -}}\n\n{{ . }}\n{{- end }}",
    "{{ if\n true }}\nx\n{{ end }}",
    "{{ printf\n \"%d\"\n 5 }}",
    "{{ with $value }}\n\n   {{ first\n 5 }}{{ end }}",
    "a\n{{- /* c\n */ -}}\n b",
    "\t{{ $labels.job -}}\n\t tail",
]


def blocks(text):
    """The lines of a text; a line that opens a block is one text with those up to the line that closes it."""
    out, open_lines = [], []
    for line in text.strip("\n").split("\n"):
        open_lines.append(line)
        if len(open_lines) == 1 and line != "{{ if true }}":
            out.append(open_lines.pop())
        elif line == "{{ end -}}":
            out.append("\n".join(open_lines))
            open_lines = []
    return out


QUERY = 'label_replace(vector(3), `i`, `c`, ``, ``) or label_replace(vector(1.5), `i`, `a`, ``, ``) or label_replace(vector(2), `i`, `b`, ``, ``)'


def written():
    return [text.replace('"QUERY"', '"' + QUERY + '"') for text in blocks(WRITTEN)] + WRITTEN_LINES


def refused():
    return REFUSED.strip("\n").split("\n") + REFUSED_LINES


class Drawing:
    """Templates from a seed: mostly of fitting types, now and then of any."""

    NUMBERS = ["0", "1", "-3", "42", "1.5", "-0.25", "1e6", "123456.789", "0x1F", "1e-7", "'x'", "$value", ".Value", "(len $labels)"]
    TEXTS = ['"text"', '"a b"', '""', '`raw`', "$labels.job", "$labels.instance", "$labels.none", "$externalURL", "(index $labels `job`)"]
    FORMATS = ["%v", "%d", "%s", "%q", "%5.2f", "%x", "%08.3f", "%-6v|", "%+v", "%e", "%g", "%T", "%t", "%#v", "%c", "%6.3v", "%G", "%o", "%U", "% d", "%X", "%.1f"]

    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, choices):
        return self.random.choice(choices)

    def number(self, depth):
        if depth == 0 or self.random.random() < 0.5:
            return self.pick(self.NUMBERS)
        return self.pick([
            lambda: f"(len {self.text(depth - 1)})",
            lambda: f"(or {self.number(depth - 1)} {self.number(depth - 1)})",
            lambda: f"(parseDuration `{self.random.randrange(1, 90)}{self.pick('smhd')}`)",
            lambda: f"(index (args {self.number(depth - 1)} 2) `arg0`)",
        ])()  # fmt: skip

    def text(self, depth):
        if depth == 0 or self.random.random() < 0.3:
            return self.pick(self.TEXTS)
        return self.pick([
            lambda: f"(printf \"{self.pick(self.FORMATS)} {self.pick(self.FORMATS)}\" {self.any(depth - 1)} {self.any(depth - 1)})",
            lambda: f"({self.pick(['humanize', 'humanize1024', 'humanizeDuration', 'humanizePercentage', 'humanizeTimestamp'])} {self.number(depth - 1)})",
            lambda: f"({self.pick(['title', 'toUpper', 'toLower', 'html', 'js', 'urlquery', 'stripPort', 'stripDomain', 'graphLink'])} {self.text(depth - 1)})",
            lambda: f"(print {self.any(depth - 1)} {self.any(depth - 1)})",
            lambda: f"({self.text(depth - 1)} | printf \"%s-%v\" {self.any(depth - 1)})",
            lambda: f"(reReplaceAll `[aeiou0-9]+` `<$0>` {self.text(depth - 1)})",
        ])()  # fmt: skip

    def condition(self, depth):
        kind = self.pick([self.number, self.text, self.any])
        return self.pick([
            lambda: f"{self.pick(['eq', 'ne', 'lt', 'le', 'gt', 'ge'])} {kind(depth - 1)} {kind(depth - 1)}",
            lambda: f"{self.pick(['and', 'or'])} {self.any(depth - 1)} {self.any(depth - 1)}",
            lambda: f"not {self.any(depth - 1)}",
            lambda: f"match `[a-m]` {self.text(depth - 1)}",
            lambda: self.any(depth - 1),
        ])()  # fmt: skip

    def any(self, depth):
        kind = self.random.random()
        if kind < 0.45:
            return self.number(max(depth, 0))
        if kind < 0.9:
            return self.text(max(depth, 0))
        return self.pick(["nil", "true", "false", "$labels", "(args 1 `x`)", ".", "$externalLabels"])

    def body(self, depth):
        if depth == 0:
            return self.pick(["text ", " {{- $value -}} ", "{{ . }}", "{{ $labels.job }}"])
        return self.pick([
            lambda: f"{{{{ {self.text(depth)} }}}}",
            lambda: f"{{{{ {self.any(depth)} | {self.pick(['printf `%v`', 'print', 'html', 'humanize', 'toUpper', 'len', 'not'])} }}}}",
            lambda: f"{{{{ if {self.condition(depth)} }}}}{self.body(depth - 1)}{{{{ else }}}}{self.body(depth - 1)}{{{{ end }}}}",
            lambda: f"{{{{ with {self.any(depth)} }}}}{self.body(depth - 1)}{{{{ else }}}}none{{{{ end }}}}",
            lambda: f"{{{{ range $k, $v := {self.pick(['$labels', 'args 1 2.5 `x`', '$externalLabels', self.any(1)])} }}}}{{{{ $k }}}}:{{{{ $v }}}} {self.body(depth - 1)}{{{{ end }}}}",
            lambda: f"{{{{ $x := {self.any(depth)} }}}}{{{{ $x }}}} {{{{ printf `{self.pick(self.FORMATS)}` $x }}}}",
            lambda: self.body(depth - 1) + self.body(depth - 1),
        ])()  # fmt: skip


def drawn(seed, count):
    return [Drawing(f"{seed}-{number}").body(3) for number in range(count)]


class FormatDrawing:
    """Calls of printf from a seed: any verb with any flags and any arguments."""

    NUMBERS = ["0", "1", "-7", "42", "1.5", "-0.25", "1e6", "1e21", "123456.789", "0.1", "1e-7", "2.5", "1e300", "5e-324", "9007199254740993.0", "'é'", "'\\x00'", "8364", "128512", "-1", "255"]  # fmt: skip
    OTHERS = ['"text"', '"é ü"', '""', '"a\\"b`c"', '"tab\\t\\x00\\x7f"', '"\\u200b\\u00a0\\u00ad\\u4e16"', "`raw\\n`", "true", "nil", "$labels", "(safeHtml `x`)", "(toTime 1.5)", "(toTime 0).Month", "(args 1 `x` nil)", "(index `a` 0)", "1i", "(toTime 9).Weekday", "((toTime 9).Sub (toTime 1.25))"]  # fmt: skip

    def __init__(self, seed):
        self.random = random.Random(seed)

    def verb(self):
        pick = self.random.choice
        flags = "".join(pick("+-# 0") for _ in range(pick([0, 0, 0, 1, 1, 2, 3])))
        index = pick(["[1]", "[2]", "[9]", "[x]"]) if self.random.random() < 0.1 else ""
        width = pick(["", "", "3", "8", "12", "*", "05"])
        precision = pick(["", "", "", ".", ".0", ".2", ".5", ".12", ".*"])
        return "%" + flags + index + width + precision + pick("vvddffgesqxXTtcUoObEGF%zw!")

    def text(self):
        verbs = self.random.choice([1, 1, 2, 3])
        wanted = "".join(self.random.choice(["", "a", " "]) + self.verb() for _ in range(verbs))
        arguments = [
            self.random.choice(self.NUMBERS if self.random.random() < 0.6 else self.OTHERS)
            for _ in range(self.random.choice([verbs, verbs, verbs + 1, verbs - 1]))
        ]
        return f'{{{{ printf "{wanted}" {" ".join(arguments)} }}}}'


def drawn_formats(seed, count):
    return [FormatDrawing(f"{seed}-{number}").text() for number in range(count)]
