"use strict";
// The page: reads the data, keeps the filters in the address, and draws every chart, its table and its CSV file.
// Texts of the data reach the page through textContent and the text elements of SVG only.

const data = JSON.parse(document.getElementById("data").textContent);
const TOTAL = "(all)";
const ROWS_SHOWN = 12;
const PERIODS = [["12", "Last 12 months"], ["6", "Last 6 months"], ["3", "Last 3 months"], ["1", "Last month"], ["all", "All months"]];
const filterNames = ["period", "segment", "channel", "model"];
const periodColumns = ["period_month", "period_quarter"];
const instances = new Map();
// The width that charts are drawn in for paper; 0 while the page is on a screen.
const PAPER_WIDTH = 900;
let paperWidth = 0;

const records = {};
for (const [key, { columns, rows }] of Object.entries(data.numbers)) {
  records[key] = rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]])));
}
const charts = data.charts.map((chart) => ({
  filters: [], totals: [], formats: {}, ...chart,
  columns: chart.columns || data.numbers[chart.query || chart.id].columns,
  records: records[chart.query || chart.id].filter((row) => !chart.measure || row.measure === chart.measure),
}));

// --- filters -------------------------------------------------------------------------------

const choices = Object.fromEntries(["segment", "channel", "model"].map((name) => [name, valuesOf(name)]));
const defaults = {
  period: "12", segment: TOTAL, channel: TOTAL,
  model: ["w_shaped", "linear"].find((model) => choices.model.includes(model)) || choices.model[0] || "",
};
let state = stateOfAddress();

function valuesOf(name) {
  const found = new Set();
  for (const chart of charts) {
    if (chart.filters.includes(name)) chart.records.forEach((row) => row[name] && found.add(row[name]));
  }
  return [...found].filter((value) => value !== TOTAL).sort();
}

function stateOfAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  const known = { ...choices, period: PERIODS.map(([value]) => value) };
  const entries = filterNames.map((name) => {
    const value = given.get(name);
    return [name, known[name].includes(value) ? value : defaults[name]];
  });
  return Object.fromEntries(entries);
}

function address(section) {
  const kept = new URLSearchParams();
  filterNames.forEach((name) => state[name] !== defaults[name] && kept.set(name, state[name]));
  if (section) kept.set("section", section);
  return `#${kept}`;
}

// The first month of the period: so many calendar months up to the last complete one.
function firstMonth(months) {
  const [year, month] = (data.last_month || "9999-12").split("-").map(Number);
  const first = new Date(Date.UTC(year, month - months, 1));
  return first.toISOString().slice(0, 10);
}

function isInPeriod(row) {
  const column = periodColumns.find((name) => name in row);
  if (state.period === "all" || !column) return true;
  const months = Number(state.period);
  if (column === "period_month") return row[column] >= firstMonth(months) && row[column] <= data.last_month;
  // A quarter belongs to the period if one of its months does, or if it is still ahead.
  return row[column] > firstMonth(months + 3);
}

function selected(chart) {
  return chart.records.filter((row) => chart.filters.every((name) => {
    if (name === "period") return isInPeriod(row);
    if (state[name] === TOTAL) return !chart.totals.includes(name) || row[name] === TOTAL;
    // Where rows of one filter are totals of the other, both cannot be combined.
    return row[name] === state[name];
  }));
}

// --- words and numbers ---------------------------------------------------------------------

const titles = { source_stage: "CRM stage", rm6_dimension: "RM6 dimension", is_met: "Met", is_fresh: "Fresh", rows_count: "Rows", expected_close_month: "Expected close", age_days: "Age in days", example_raw_id: "Example" };
const acronyms = /\b(mqls?|sals?|sqls?|mrr|nrr|grr|arr|crm|clv|cac|roas|mroi|sla|icp|ctr|cpc|cpm|id)\b/gi;

function words(name) {
  if (titles[name]) return titles[name];
  const text = String(name).replace(/_/g, " ").replace(acronyms, (word) => word.toUpperCase().replace(/S$/, word.length > 3 ? "s" : "S"));
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const short = (text, length = 24) => (text.length > length ? `${text.slice(0, length - 1)}…` : text);
// Codes of the project, such as target_at_risk, are shown as words; ids, names and what the audits say as they are.
const isCode = (value) => /^[a-z]+(_[a-z0-9]+)*$/.test(value) || /^[a-z][a-z_, ]*_[a-z_, ]*$/.test(value);
const asDelivered = /(_id|observed_value|table_name|raw_table|expectation|rejection_reason|measure|account_name|opportunity_name|campaign_name|owner_name)$/;
const isMonth = (column) => /month$|quarter$|_start$/.test(column);
const numberFormats = {
  currency: { style: "currency", currency: data.currency, maximumFractionDigits: 0 },
  share: { style: "percent", maximumFractionDigits: 1 },
  count: { maximumFractionDigits: 0 },
  days: { maximumFractionDigits: 1 },
  number: { maximumFractionDigits: 2 },
};

function number(value, format, compact) {
  if (value === null || value === undefined) return "–";
  const options = { ...(numberFormats[format] || numberFormats.number) };
  if (compact && Math.abs(value) >= 10000) Object.assign(options, { notation: "compact", maximumFractionDigits: 1 });
  if (format === "currency" && value !== 0 && Math.abs(value) < 100) options.maximumFractionDigits = 2;
  const text = new Intl.NumberFormat("en-US", options).format(value);
  return format === "days" ? `${text} d` : text;
}

function month(value) {
  const [year, number] = String(value).split("-");
  const names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  return names[Number(number) - 1] ? `${names[Number(number) - 1]} ${year}` : String(value);
}

function shown(chart, column, value) {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "Yes" : "No";
  if (column === "change_rate") return `${value > 0 ? "+" : "−"}${number(Math.abs(value), "share")}`;
  if (typeof value === "number") return number(value, chart.formats[column]);
  if (isMonth(column)) return month(value);
  if (column === "metric") return words(value);
  return isCode(value) && (!asDelivered.test(column) || column === chart.x?.[0]) ? words(value) : value;
}

// --- elements ------------------------------------------------------------------------------

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

function table(chart, rows, limit) {
  const isNumber = (column) => rows.some((row) => typeof row[column] === "number");
  const columns = chart.columns.filter((column) => rows.some((row) => column in row));
  const numeric = new Set(columns.filter(isNumber));
  const head = element("tr", {}, ...columns.map((column) => element("th", { scope: "col", class: numeric.has(column) ? "right" : null }, words(column))));
  const body = rows.slice(0, limit).map((row) => element("tr", {}, ...columns.map((column) => {
    const value = row[column];
    const text = shown(chart, column, value);
    const kind = typeof value === "boolean" ? (value ? "yes" : "no") : numeric.has(column) ? "right" : null;
    const cell = element("td", { class: kind || (text.length > 45 ? "long" : null), dir: typeof value === "string" ? "auto" : null, title: text.length > 140 ? text : null });
    cell.textContent = short(text, 140);
    return cell;
  })));
  const caption = element("caption", { class: "visually-hidden" }, chart.title);
  return element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `${chart.title}, table` },
    element("table", {}, caption, element("thead", {}, head), element("tbody", {}, ...body)));
}

function fillTable(place, chart, rows, limit) {
  place.replaceChildren(table(chart, rows, limit));
  if (rows.length <= limit) return;
  const more = element("button", { type: "button", class: "quiet" }, `Show all ${number(rows.length, "count")} rows`);
  more.addEventListener("click", () => fillTable(place, chart, rows, Infinity));
  place.append(more);
}

function tiles(place, chart, rows) {
  const metrics = new Map();
  rows.forEach((row) => {
    const key = `${row.team}/${row.metric}`;
    metrics.set(key, [...(metrics.get(key) || []), row]);
  });
  const teams = new Map();
  for (const history of metrics.values()) {
    const last = history[history.length - 1];
    if (last.period_month !== data.last_month) continue;
    teams.set(last.team, [...(teams.get(last.team) || []), tile(last, history)]);
  }
  place.replaceChildren(...[...teams].map(([team, made]) => element("div", { class: "team" },
    element("h4", {}, words(team)), element("div", { class: "tiles" }, ...made))));
}

function tile(last, history) {
  const format = { currency: "currency", share: "share", days: "days" }[last.unit] || "count";
  const change = last.previous ? last.actual / last.previous - 1 : null;
  const points = last.unit === "share" && last.previous !== null ? (last.actual - last.previous) * 100 : null;
  const difference = points !== null ? `${points >= 0 ? "+" : "−"}${Math.abs(points).toFixed(1)} pp` : change !== null ? `${change >= 0 ? "+" : "−"}${Math.abs(change * 100).toFixed(0)} %` : null;
  const moved = points !== null ? points : change;
  const arrow = moved > 0 ? "▲ " : moved < 0 ? "▼ " : "";
  const isGood = last.is_higher_better === null || !moved ? null : (moved > 0) === last.is_higher_better;
  const tone = isGood === null ? "" : isGood ? "good" : "bad";
  const lines = [];
  if (difference) lines.push(element("span", { class: `delta ${tone}` }, arrow + difference, element("span", { class: "muted" }, ` vs ${month(firstMonth(2)).slice(0, 3)}`)));
  if (last.target !== null) {
    const reached = last.attainment_rate >= 1;
    lines.push(element("span", { class: "target" }, `Target ${number(last.target, format, true)}`,
      element("span", { class: `badge ${reached ? "good" : "bad"}` }, `${number(last.attainment_rate, "share").replace(/\.\d/, "")} · ${reached ? "met" : "missed"}`)));
  }
  return element("div", { class: "tile", "data-metric": last.metric, "data-value": last.actual },
    element("p", { class: "name" }, words(last.metric)), element("p", { class: "figure" }, number(last.actual, format, true)),
    spark(history.map((row) => row.actual)), ...lines);
}

function spark(values) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("viewBox", "0 0 100 24");
  drawing.setAttribute("preserveAspectRatio", "none");
  drawing.setAttribute("aria-hidden", "true");
  const known = values.filter((value) => value !== null);
  const low = Math.min(...known), span = Math.max(...known) - low || 1;
  const line = document.createElementNS(space, "polyline");
  const at = (value, i) => `${(i / Math.max(1, values.length - 1)) * 100},${22 - ((value - low) / span) * 20}`;
  line.setAttribute("points", values.map((value, i) => (value === null ? "" : at(value, i))).join(" ").trim());
  drawing.append(line);
  return drawing;
}

// --- drawing -------------------------------------------------------------------------------

function draw(chart) {
  const card = document.getElementById(`chart-${chart.id}`);
  const place = card.querySelector(".body");
  const rows = selected(chart);
  chart.rows = rows;
  instances.get(chart.id)?.dispose();
  instances.delete(chart.id);
  place.replaceChildren();
  card.querySelector(".reading").textContent = "";
  card.querySelector(".foot").hidden = rows.length === 0;
  applied(card, chart);
  if (!rows.length) {
    const why = chart.records.length ? "Nothing yet for this selection." : chart.empty || "Nothing yet.";
    place.replaceChildren(element("p", { class: "empty" }, why));
  } else if (chart.kind === "table") {
    fillTable(place, chart, rows, ROWS_SHOWN);
  } else if (chart.kind === "tiles") {
    tiles(place, chart, rows);
  } else {
    drawEcharts(card, place, chart, rows);
  }
  const numbers = card.querySelector(".figures");
  if (!numbers.hidden) fillTable(numbers, chart, rows, 100);
}

function drawEcharts(card, place, chart, rows) {
  const made = chartOf(chart, rows, looks(paperWidth > 0), paperWidth || place.clientWidth);
  const canvas = element("div", { class: "canvas", role: "img", "aria-label": `${chart.title}. ${made.reading || chart.says} The table has the numbers.` });
  if (paperWidth) canvas.style.width = `${paperWidth}px`;
  canvas.style.height = `${made.height || 300}px`;
  place.replaceChildren(canvas);
  const instance = echarts.init(canvas, null, { renderer: "svg" });
  instance.setOption(made.option);
  instances.set(chart.id, instance);
  // The style sheet scales the drawing to the width of the paper.
  if (paperWidth) canvas.querySelector("svg").setAttribute("viewBox", `0 0 ${paperWidth} ${made.height || 300}`);
  card.querySelector(".reading").textContent = made.reading || "";
}

// Which of the filters that differ from the default apply to a chart.
function applied(card, chart) {
  const used = chart.filters.filter((name) => state[name] !== defaults[name]);
  const unused = filterNames.filter((name) => state[name] !== defaults[name] && !chart.filters.includes(name));
  const label = (name) => (name === "period" ? PERIODS.find(([value]) => value === state.period)[1] : words(state[name]));
  const parts = used.map((name) => element("span", { class: "chip" }, short(label(name), 40)));
  if (unused.length) parts.push(element("span", { class: "chip off" }, `Not filtered by ${unused.join(" or ")}`));
  card.querySelector(".applied").replaceChildren(...parts);
}

function drawAll() {
  charts.forEach(draw);
  document.body.dataset.ready = String(Number(document.body.dataset.ready || 0) + 1);
}

function csvOf(chart) {
  const columns = data.numbers[chart.query || chart.id].columns;
  const field = (value) => {
    const text = value === null || value === undefined ? "" : String(value);
    // A spreadsheet would run a text that begins like a formula.
    const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };
  return [columns.join(","), ...chart.rows.map((row) => columns.map((column) => field(row[column])).join(","))].join("\r\n");
}

function download(chart) {
  const link = element("a", { download: `${chart.id}.csv` });
  link.href = URL.createObjectURL(new Blob([`\ufeff${csvOf(chart)}\r\n`], { type: "text/csv" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// --- start ---------------------------------------------------------------------------------

function fillFilters() {
  const options = {
    period: PERIODS,
    segment: [[TOTAL, "All segments"], ...choices.segment.map((value) => [value, words(value)])],
    channel: [[TOTAL, "All channels"], ...choices.channel.map((value) => [value, value])],
    model: choices.model.map((value) => [value, words(value)]),
  };
  filterNames.forEach((name) => {
    const select = document.getElementById(`filter-${name}`);
    select.replaceChildren(...options[name].map(([value, text]) => element("option", { value }, short(text, 40))));
    select.disabled = options[name].length < 2;
    select.value = state[name];
  });
}

function changed(next) {
  state = next;
  filterNames.forEach((name) => { document.getElementById(`filter-${name}`).value = state[name]; });
  history.replaceState(null, "", address());
  drawAll();
  document.getElementById("status").textContent = `Charts updated: ${filterNames.map((name) => state[name]).join(", ")}.`;
}

function goTo(section) {
  const target = document.getElementById(section);
  if (!target) return;
  history.replaceState(null, "", address(section));
  target.scrollIntoView();
  target.focus({ preventScroll: true });
}

function listen() {
  filterNames.forEach((name) => {
    document.getElementById(`filter-${name}`).addEventListener("change", (event) => changed({ ...state, [name]: event.target.value }));
  });
  document.getElementById("filters").addEventListener("reset", (event) => { event.preventDefault(); changed({ ...defaults }); });
  document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
  document.querySelectorAll("a[href^='#']").forEach((link) => link.addEventListener("click", (event) => {
    event.preventDefault();
    goTo(link.getAttribute("href").slice(1));
  }));
  charts.forEach((chart) => {
    const card = document.getElementById(`chart-${chart.id}`);
    const numbers = card.querySelector(".figures");
    const button = card.querySelector(".numbers");
    if (chart.kind === "table") button.hidden = true;
    button.addEventListener("click", () => {
      numbers.hidden = !numbers.hidden;
      button.setAttribute("aria-expanded", String(!numbers.hidden));
      button.textContent = numbers.hidden ? "Show numbers" : "Hide numbers";
      if (!numbers.hidden) fillTable(numbers, chart, chart.rows, 100);
    });
    card.querySelector(".csv").addEventListener("click", () => download(chart));
  });
  // A definition that covers something can be dismissed.
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll(".definition").forEach((place) => place.classList.add("closed"));
  });
  document.querySelectorAll(".definition").forEach((place) => ["mouseleave", "focusout"].forEach((name) => place.addEventListener(name, () => place.classList.remove("closed"))));
  window.addEventListener("hashchange", () => {
    changed(stateOfAddress());
  });
  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth !== width) { width = window.innerWidth; drawAll(); }
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  [["beforeprint", PAPER_WIDTH], ["afterprint", 0]].forEach(([name, width]) => window.addEventListener(name, () => {
    paperWidth = width;
    drawAll();
  }));
  const seen = new IntersectionObserver((entries) => entries.forEach((entry) => {
    const link = document.querySelector(`[data-section="${entry.target.id}"]`);
    if (entry.isIntersecting) {
      document.querySelectorAll("[data-section]").forEach((other) => other.removeAttribute("aria-current"));
      link.setAttribute("aria-current", "true");
    }
  }), { rootMargin: "-20% 0px -70% 0px" });
  document.querySelectorAll("main > section").forEach((section) => seen.observe(section));
}

const startSection = new URLSearchParams(location.hash.slice(1)).get("section");
fillFilters();
listen();
drawAll();
if (startSection) goTo(startSection);
