"use strict";
// Options of ECharts for each kind of chart, and one sentence about its figures. Tooltips are text, never HTML.

// Colours that people without full colour vision can tell apart (Okabe and Ito), for light and dark ground.
const PALETTES = {
  light: ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56b4e9", "#6b6b6b", "#8c4a9e"],
  dark: ["#56b4e9", "#e69f00", "#2fbf94", "#e7a3c8", "#f0e442", "#4a8fd0", "#b5b5b5", "#c39bd3"],
};
// On paper, whatever the screen shows.
const PAPER = { palette: PALETTES.light, text: "#000000", muted: "#444444", line: "#cccccc", surface: "#ffffff", good: "#00634a", bad: "#a03c00", low: "#eaf2fb", high: "#3d8fd1" };
const SYMBOLS = ["circle", "rect", "triangle", "diamond", "pin", "arrow", "roundRect", "circle"];
const CATEGORIES = 18;

function looks(isPaper) {
  const style = getComputedStyle(document.documentElement);
  const value = (name) => style.getPropertyValue(name).trim();
  const font = getComputedStyle(document.body).fontFamily;
  if (isPaper) return { ...PAPER, font };
  const isDark = matchMedia("(prefers-color-scheme: dark)").matches;
  return {
    palette: PALETTES[isDark ? "dark" : "light"], font, text: value("--text"), muted: value("--muted"), line: value("--line"),
    surface: value("--surface"), accent: value("--accent"), good: value("--good"), bad: value("--bad"), low: value("--scale-low"), high: value("--scale-high"),
  };
}

const sum = (rows, column) => rows.reduce((total, row) => total + (row[column] || 0), 0);
const sumOrNull = (rows, column) => (rows.some((row) => typeof row[column] === "number") ? Math.round(sum(rows, column) * 1e6) / 1e6 : null);
const keyOf = (chart, row) => chart.x.map((column) => row[column]).join("\u0000");
const unique = (values) => [...new Set(values)];

function groupBy(rows, key) {
  const groups = new Map();
  rows.forEach((row) => {
    const name = key(row);
    if (groups.has(name)) groups.get(name).push(row); else groups.set(name, [row]);
  });
  return groups;
}

function categoryName(chart, row) {
  return chart.x.map((column) => {
    const value = row[column];
    if (column === "horizon_months") return `${value} mo.`;
    if (column === "from_value") return value === null ? "below 1" : `${number(value, "currency", true)}+`;
    if (column === "period_quarter" || column === "period_start") return quarter(value);
    return value === TOTAL && chart.x.length > 1 ? null : shown(chart, column, value);
  }).filter((part) => part !== null).join(" · ");
}

function quarter(value) {
  // Its months, because fiscal quarters may begin in any.
  const [year, first] = String(value).split("-").map(Number);
  const last = new Date(Date.UTC(year, first + 1, 1)).toISOString().slice(0, 7);
  return `${month(value).slice(0, 3)}–${month(last)}`;
}

function base(look) {
  return {
    animation: false, color: look.palette, backgroundColor: "transparent",
    textStyle: { fontFamily: look.font, color: look.text },
    aria: { enabled: false },
    grid: { left: 8, right: 30, top: 44, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    legend: { top: 0, left: 0, type: "scroll", itemWidth: 14, itemHeight: 10, textStyle: { color: look.muted }, pageTextStyle: { color: look.muted }, pageIconColor: look.text, pageIconInactiveColor: look.line },
    tooltip: { renderMode: "richText", confine: true, backgroundColor: look.surface, borderColor: look.line, textStyle: { color: look.text, fontSize: 12 } },
  };
}

function categoryAxis(look, names, width) {
  return { type: "category", data: names, axisTick: { show: false }, axisLine: { lineStyle: { color: look.line } }, axisLabel: { color: look.muted, hideOverlap: true, width, overflow: width ? "truncate" : undefined } };
}

function valueAxis(look, format) {
  return { type: "value", splitLine: { lineStyle: { color: look.line } }, splitNumber: 4, axisLabel: { color: look.muted, hideOverlap: true, formatter: (value) => number(value, format, true) } };
}

// Shows every name: in lines where there is room, slanted on a narrow screen.
function everyLabel(axis, width, count) {
  const each = (width - 70) / count;
  const layout = each < 72 ? { rotate: 40, fontSize: 10 } : { width: each - 6, overflow: "break", lineHeight: 15 };
  Object.assign(axis.axisLabel, { interval: 0, hideOverlap: false, ...layout });
}

const named = (format) => (value) => (Array.isArray(value) ? value.map((one) => number(one, format)).join(" to ") : number(value === "-" ? null : value, format));

// A chart of bars or lines over categories: series are columns, or one column by the values of another.
function seriesOf(chart, rows) {
  const ratio = chart.ratio;
  const measures = chart.series && !(ratio && chart.kind === "lines") ? chart.series : [{ ratio, name: words(ratio.name) }];
  const value = (some, measure) => {
    if (!measure.ratio) return sumOrNull(some, measure.column);
    const under = sum(some, ratio.under);
    return under ? sum(some, ratio.over) / under : null;
  };
  const categories = [...groupBy(rows, (row) => keyOf(chart, row))];
  const groups = chart.group ? unique(rows.map((row) => row[chart.group])) : [null];
  const made = groups.flatMap((group) => measures.map((measure) => ({
    name: group === null ? measure.name : shown(chart, chart.group, group).split(" → ").map(words).join(" → "),
    values: categories.map(([, some]) => value(some.filter((row) => group === null || row[chart.group] === group), measure)),
  })));
  const format = measures[0].ratio ? ratio.format : chart.formats[measures[0].column];
  return { categories: categories.map(([, some]) => categoryName(chart, some[0])), groupsOfRows: categories.map(([, some]) => some), series: made, format };
}

function bars(chart, rows, look, width) {
  const { categories, groupsOfRows, series, format } = seriesOf(chart, rows);
  const isTime = isMonth(chart.x[0]);
  let order = categories.map((_, i) => i);
  if (chart.horizontal && chart.x[0] === "channel") {
    const size = (i) => Math.max(...series.map((one) => one.values[i] || 0));
    order = order.sort((a, b) => size(b) - size(a)).slice(0, CATEGORIES);
  }
  const names = order.map((i) => categories[i]);
  const option = base(look);
  const axis = categoryAxis(look, names, chart.horizontal ? Math.min(150, width * 0.32) : undefined);
  if (!chart.horizontal && !isTime) everyLabel(axis, width, names.length);
  const values = valueAxis(look, format);
  Object.assign(option, chart.horizontal ? { yAxis: { ...axis, inverse: true }, xAxis: values } : { xAxis: axis, yAxis: values });
  option.tooltip = { ...option.tooltip, trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: named(format) };
  option.legend.show = series.length > 1;
  option.grid.top = series.length > 1 ? 44 : 12;
  if (chart.labels) option.grid.right = 130;
  option.series = series.map((one, i) => ({
    type: "bar", name: one.name, stack: chart.stacked ? "all" : undefined, barMaxWidth: 34, data: order.map((at) => one.values[at]),
    color: chart.colours ? look.palette[chart.colours[i]] : undefined,
    itemStyle: { borderRadius: chart.stacked ? 0 : 2, borderColor: look.surface, borderWidth: chart.stacked ? 1 : 0 },
    label: chart.labels ? { show: true, position: "right", color: look.text, formatter: (point) => labelOf(chart, groupsOfRows[order[point.dataIndex]], point.value, i) } : undefined,
  }));
  const perBar = chart.stacked ? 26 : 16 * series.length + 8;
  return { option, height: chart.horizontal ? 66 + Math.max(3, names.length) * perBar : 300, reading: readingOfBars(chart, groupsOfRows, categories, series) };
}

function labelOf(chart, rows, value, series) {
  if (!chart.rate || series > 0) return number(value, "count");
  const [over, under] = chart.rate;
  const rate = sum(rows, under) ? sum(rows, over) / sum(rows, under) : null;
  return `${number(value, "count")}  (${number(rate, "share")} went on)`;
}

function readingOfBars(chart, groups, categories, series) {
  if (chart.worst) {
    const [over, under] = chart.worst;
    const rates = groups.map((rows) => (sum(rows, under) ? sum(rows, over) / sum(rows, under) : 0));
    const most = rates.indexOf(Math.max(...rates));
    return rates[most] > 0 ? `${categories[most]} is the bottleneck: ${number(rates[most], "share")} of what entered it was lost there.` : "";
  }
  if (chart.ratio) {
    const rows = groups.flat();
    const under = sum(rows, chart.ratio.under);
    return under ? `Together ${number(sum(rows, chart.ratio.over) / under, "currency")} for each ${number(1, "currency").replace(/\.00$/, "")} spent.` : "";
  }
  if (chart.group || isMonth(chart.x[0]) || series.length > 1) return "";
  const most = series[0].values.indexOf(Math.max(...series[0].values));
  return `Most ${series[0].name.toLowerCase()} (${number(series[0].values[most], chart.formats[chart.series[0].column])}): ${categories[most]}.`;
}

function lines(chart, rows, look) {
  const ordered = [...rows].sort((a, b) => (a[chart.x[0]] < b[chart.x[0]] ? -1 : a[chart.x[0]] > b[chart.x[0]] ? 1 : 0));
  const { categories, series, format } = seriesOf({ ...chart }, ordered);
  const names = chart.group ? unique(rows.map((row) => row[chart.group])).map((group) => shown(chart, chart.group, group).split(" → ").map(words).join(" → ")) : series.map((one) => one.name);
  const option = base(look);
  option.xAxis = categoryAxis(look, categories);
  option.yAxis = valueAxis(look, format);
  option.tooltip = { ...option.tooltip, trigger: "axis", valueFormatter: named(format) };
  option.series = names.map((name, i) => series.find((one) => one.name === name)).map((one, i) => ({
    type: "line", name: one.name, data: one.values, connectNulls: false, symbol: SYMBOLS[i % SYMBOLS.length], symbolSize: 6, lineStyle: { width: 2, type: i % 2 ? "dashed" : "solid" },
  }));
  const last = categories[categories.length - 1];
  const told = series.filter((one) => typeof one.values[one.values.length - 1] === "number").slice(0, 3).map((one) => `${one.name} ${number(one.values[one.values.length - 1], format)}`);
  return { option, height: 320, reading: told.length ? `${last}: ${told.join(", ")}.` : "" };
}

function waterfall(chart, rows, look, width) {
  const months = unique(rows.map((row) => row.period_month)).sort();
  const of = (month) => rows.filter((row) => row.period_month === month);
  const start = sum(of(months[0]), chart.start), end = sum(of(months[months.length - 1]), chart.end);
  const parts = chart.parts.map((column) => ({ name: words(column.replace(/_(amount|mrr)$/, "")), value: sumOrNull(rows, column) || 0 })).filter((part) => part.value !== 0);
  const steps = [{ name: `Start of ${month(months[0])}`, from: 0, to: start, isTotal: true }];
  let level = start;
  parts.forEach((part) => { steps.push({ name: part.name, from: level, to: level + part.value, value: part.value }); level += part.value; });
  steps.push({ name: `End of ${month(months[months.length - 1])}`, from: 0, to: end, isTotal: true });
  const option = base(look);
  option.legend.show = false;
  option.grid.top = 24;
  option.xAxis = categoryAxis(look, steps.map((step) => step.name));
  everyLabel(option.xAxis, width, steps.length);
  option.yAxis = valueAxis(look, chart.format);
  option.tooltip = { ...option.tooltip, formatter: (point) => `${steps[point.dataIndex].name}\n${number(steps[point.dataIndex].value ?? steps[point.dataIndex].to, chart.format)}` };
  const colour = (step) => (step.name === "Won" ? look.good : step.isTotal ? look.palette[0] : step.value > 0 ? look.good : look.bad);
  option.series = [
    { type: "bar", stack: "all", silent: true, itemStyle: { color: "transparent" }, data: steps.map((step) => Math.min(step.from, step.to)), barMaxWidth: 64, tooltip: { show: false } },
    { type: "bar", stack: "all", barMaxWidth: 64, data: steps.map((step) => ({ value: Math.abs(step.to - step.from), itemStyle: { color: colour(step), borderRadius: 2 } })),
      label: { show: true, position: "top", color: look.text, fontSize: width < 500 ? 9 : 12, formatter: (point) => {
        const step = steps[point.dataIndex];
        return step.isTotal ? number(step.to, chart.format, true) : (step.value > 0 ? "+" : "") + number(step.value, chart.format, true);
      } } },
  ];
  const change = start ? `, ${end >= start ? "up" : "down"} ${number(Math.abs(end / start - 1), "share")}` : "";
  return { option, height: 340, reading: `From ${number(start, chart.format)} to ${number(end, chart.format)}${change}.` };
}

function heatmap(chart, rows, look, width) {
  const xs = unique(rows.map((row) => row[chart.x[0]]));
  if (typeof xs[0] === "number") xs.sort((a, b) => a - b);
  let ys = unique(rows.map((row) => row[chart.y]));
  if (chart.y === "channel") {
    const size = (name) => sum(rows.filter((row) => row[chart.y] === name), chart.value);
    ys = ys.sort((a, b) => size(b) - size(a)).slice(0, CATEGORIES);
  }
  const cells = rows.filter((row) => ys.includes(row[chart.y]) && row[chart.value] !== null)
    .map((row) => [xs.indexOf(row[chart.x[0]]), ys.indexOf(row[chart.y]), row[chart.value]]);
  const most = Math.max(...cells.map((cell) => cell[2]), 1e-9);
  const option = base(look);
  option.legend.show = false;
  option.grid = { ...option.grid, top: 8, bottom: width < 500 ? 70 : 50 };
  option.xAxis = { ...categoryAxis(look, xs.map((value) => shown(chart, chart.x[0], value))), splitArea: { show: false } };
  if (xs.length <= 6) everyLabel(option.xAxis, width * 0.7 + 70, xs.length);
  option.yAxis = { ...categoryAxis(look, ys.map((value) => short(String(value))), Math.min(140, width * 0.3)), inverse: true };
  option.visualMap = { min: 0, max: chart.format === "share" ? 1 : most, dimension: 2, calculable: false, orient: "horizontal", left: "center", bottom: 0, itemWidth: 12, itemHeight: 120, inRange: { color: [look.low, look.high] }, textStyle: { color: look.muted }, text: [number(chart.format === "share" ? 1 : most, chart.format, true), number(0, chart.format)] };
  option.tooltip = { ...option.tooltip, formatter: (point) => `${ys[point.value[1]]} · ${shown(chart, chart.x[0], xs[point.value[0]])}${typeof xs[0] === "number" ? " months later" : ""}\n${number(point.value[2], chart.format)}` };
  const isLarge = xs.length <= 6;
  option.series = [{ type: "heatmap", data: cells, itemStyle: { borderColor: look.surface, borderWidth: 1 }, label: { show: isLarge, fontSize: width < 500 ? 9 : 12, formatter: (point) => number(point.value[2], chart.format, true), color: look.text } }];
  return { option, height: 90 + Math.max(4, ys.length) * (isLarge ? 26 : 18) };
}

// A value with an interval, horizontal; optionally with a wider range behind it.
function range(chart, rows, look, width) {
  const shownRows = [...rows].sort((a, b) => (chart.x[0] === "channel" ? (b[chart.value] || 0) - (a[chart.value] || 0) : 0)).slice(0, 30);
  const names = shownRows.map((row) => categoryName(chart, row));
  const option = base(look);
  const format = chart.formats[chart.value];
  option.yAxis = { ...categoryAxis(look, names, Math.min(250, width * (width < 500 ? 0.48 : 0.36))), inverse: true };
  option.xAxis = { ...valueAxis(look, format), min: 0 };
  const bar = (low, high, thickness, colour, name) => ({
    type: "custom", name, z: 3, itemStyle: { color: colour }, encode: { x: [1, 2], y: 0 },
    data: shownRows.map((row, i) => [i, row[low], row[high]]).filter((point) => point[1] !== null && point[2] !== null),
    renderItem: (_, api) => {
      const from = api.coord([api.value(1), api.value(0)]), to = api.coord([api.value(2), api.value(0)]);
      return { type: "rect", shape: { x: from[0], y: from[1] - thickness / 2, width: Math.max(1, to[0] - from[0]), height: thickness }, style: { fill: colour } };
    },
  });
  const series = [];
  if (chart.outer_low) series.push({ ...bar(chart.outer_low, chart.outer_high, 16, look.line, chart.outer_name), z: 1 });
  series.push(bar(chart.low, chart.high, 4, look.palette[5], chart.range_name));
  series.push({ type: "scatter", name: chart.value_name, z: 4, symbolSize: 11, itemStyle: { color: look.palette[0], borderColor: look.surface, borderWidth: 1 }, data: shownRows.map((row, i) => [row[chart.value], i]),
    markLine: chart.reference ? { silent: true, symbol: "none", lineStyle: { color: look.bad, type: "dashed" }, label: { color: look.muted, formatter: "Target", position: "start" }, data: [{ xAxis: chart.reference }] } : undefined });
  option.series = series;
  option.grid.bottom = chart.reference ? 24 : 8;
  option.tooltip = { ...option.tooltip, trigger: "item", formatter: (point) => {
    const row = shownRows[point.seriesType === "scatter" ? point.value[1] : point.value[0]];
    const parts = [categoryName(chart, row), `${chart.value_name}: ${number(row[chart.value], format)}`];
    if (row[chart.low] !== null) parts.push(`${chart.range_name}: ${number(row[chart.low], format)} to ${number(row[chart.high], format)}`);
    if (chart.outer_low) parts.push(`${chart.outer_name}: ${number(row[chart.outer_low], format)} to ${number(row[chart.outer_high], format)}`);
    return parts.join("\n");
  } };
  const first = shownRows[0];
  const reached = rows.filter((row) => row[chart.value] >= chart.reference).length;
  const reading = chart.reference ? `${reached} of ${rows.length} are on pace.` : `${first.channel} has most: ${number(first[chart.value], format)}.`;
  return { option, height: 90 + Math.max(3, shownRows.length) * 24, reading };
}

function flow(chart, rows, look, width) {
  const most = [...groupBy(rows, (row) => row[chart.steps[0]])].map(([name, some]) => [name, sum(some, chart.value)]).sort((a, b) => b[1] - a[1]);
  const kept = new Set(most.slice(0, 10).map(([name]) => name));
  const node = (row, i) => (i === 0 && !kept.has(row.channel) ? "0 Other channels" : `${i} ${row[chart.steps[i]]}`);
  const links = new Map();
  rows.forEach((row) => chart.steps.slice(1).forEach((_, i) => {
    const key = JSON.stringify([node(row, i), node(row, i + 1)]);
    links.set(key, (links.get(key) || 0) + row[chart.value]);
  }));
  const made = [...links].map(([key, value]) => { const [source, target] = JSON.parse(key); return { source, target, value }; });
  const label = (name) => { const text = name.slice(2); return short(isCode(text) ? words(text) : text); };
  const option = base(look);
  option.legend.show = false;
  option.tooltip = { ...option.tooltip, formatter: (point) => (point.dataType === "edge" ? `${label(point.data.source)} → ${label(point.data.target)}\n${number(point.data.value, "count")} journeys` : `${label(point.name)}\n${number(point.value, "count")} journeys`) };
  option.series = [{ type: "sankey", left: 4, right: width < 500 ? 70 : 110, top: 10, bottom: 10, nodeGap: 10, nodeWidth: 14, draggable: false, emphasis: { focus: "adjacency" },
    data: unique(made.flatMap((link) => [link.source, link.target])).map((name, i) => ({ name, itemStyle: { color: look.palette[i % look.palette.length] } })), links: made,
    lineStyle: { color: "source", opacity: 0.28 }, label: { color: look.text, fontSize: width < 500 ? 10 : 12, formatter: (point) => label(point.name) } }];
  const total = sum(rows, chart.value), won = sum(rows.filter((row) => row.outcome === "won"), chart.value);
  return { option, height: 420, reading: `Of ${number(total, "count")} journeys, ${number(won, "count")} have become customers.` };
}

function forecast(chart, rows, look) {
  const months = rows.map((row) => row.period_month);
  const option = base(look);
  option.xAxis = categoryAxis(look, months.map(month));
  option.yAxis = valueAxis(look, "currency");
  const column = (name) => rows.map((row) => row[name]);
  const band = rows.map((row) => (row.high_amount === null ? null : row.high_amount - row.low_amount));
  option.tooltip = { ...option.tooltip, trigger: "axis", formatter: (points) => {
    const row = rows[points[0].dataIndex];
    const parts = [["Actual", "actual"], ["Forecast", "forecast_amount"], ["Forecast one month before", "past_forecast"]].filter(([, name]) => row[name] !== null).map(([name, key]) => `${name}: ${number(row[key], "currency")}`);
    if (row.low_amount !== null) parts.push(`80 % interval: ${number(row.low_amount, "currency")} to ${number(row.high_amount, "currency")}`);
    return [month(row.period_month), ...parts].join("\n");
  } };
  option.legend.data = ["Actual", "Forecast", "80 % interval", "Forecast one month before"];
  option.series = [
    { type: "bar", name: "Actual", data: column("actual"), barMaxWidth: 22, itemStyle: { color: look.palette[0], borderRadius: 2 } },
    { type: "line", name: "low", stack: "band", data: column("low_amount"), lineStyle: { opacity: 0 }, symbol: "none", silent: true },
    { type: "line", name: "80 % interval", stack: "band", data: band, lineStyle: { opacity: 0 }, symbol: "none", silent: true, color: look.palette[1], areaStyle: { color: look.palette[1], opacity: 0.22 } },
    { type: "line", name: "Forecast", data: column("forecast_amount"), color: look.palette[1], lineStyle: { width: 2 }, symbol: "circle", symbolSize: 6 },
    { type: "line", name: "Forecast one month before", data: column("past_forecast"), color: look.palette[2], lineStyle: { width: 1.5, type: "dashed" }, symbol: "diamond", symbolSize: 7 },
  ];
  const next = rows.find((row) => row.forecast_amount !== null);
  const interval = next && next.low_amount !== null ? `, between ${number(next.low_amount, "currency")} and ${number(next.high_amount, "currency")} in four of five cases` : "";
  return { option, height: 320, reading: next ? `${month(next.period_month)}: ${number(next.forecast_amount, "currency")}${interval}.` : "" };
}

const KINDS = { bars, lines, waterfall, heatmap, range, flow, forecast };
const chartOf = (chart, rows, look, width) => KINDS[chart.kind](chart, rows, look, width);
