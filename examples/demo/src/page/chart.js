// The chart and the table of a burst. Geometry stands in attributes: the policy allows no style of its own.

const ROW = 26;
const BAR = 14;
const LEFT = 26;
const RIGHT = 46;
const AXIS = 24;

export function draw(chart, report) {
  const requests = inOrderOfTheirEnd(report.requests);
  const end = Math.max(1, ...requests.map((request) => last(request).ended_ms));
  const width = Math.max(220, chart.parentElement.clientWidth);
  const height = requests.length * ROW + AXIS;
  const at = (ms) => LEFT + (ms / end) * (width - LEFT - RIGHT);
  setAll(chart, { width, height, viewBox: `0 0 ${width} ${height}` });
  const rows = chart.querySelector('#rows');
  rows.replaceChildren(...axis(end, at, height), ...requests.map((request, row) => line(request, row * ROW, at)));
}

function inOrderOfTheirEnd(requests) {
  return [...requests].sort((one, two) => last(one).ended_ms - last(two).ended_ms || one.number - two.number);
}

function last(request) {
  return request.attempts[request.attempts.length - 1];
}

function line(request, y, at) {
  const group = make('g', {});
  const middle = y + ROW / 2;
  group.append(label(request.number, LEFT - 8, middle, 'row-name'));
  for (const attempt of request.attempts) group.append(...bars(attempt, middle - BAR / 2, at));
  group.append(label(request.status, at(last(request).ended_ms) + 6, middle, kind(request.status)));
  return group;
}

function bars(attempt, y, at) {
  const { arrived_ms: arrived, ended_ms: ended, status } = attempt;
  const opened = attempt.opened_ms ?? ended;
  const accepted = status === 200;
  const open = accepted ? { class: 'held' } : { class: 'rejected', fill: 'url(#rejected)' };
  return [
    bar(at(arrived), at(opened), y, { class: 'waiting', fill: 'url(#waiting)' }),
    bar(at(opened), at(ended), y, open),
  ];
}

function bar(from, to, y, attributes) {
  // What takes no time needs no bar.
  const width = Math.max(0, to - from);
  return width < 1 ? '' : make('rect', { x: from, y, width, height: BAR, rx: 3, ...attributes });
}

function axis(end, at, height) {
  const bottom = height - AXIS;
  return ticks(end).flatMap((ms) => [
    make('line', { class: 'tick', x1: at(ms), x2: at(ms), y1: 0, y2: bottom }),
    label(ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`, at(ms), bottom + AXIS / 2 + 2, 'tick-name'),
  ]);
}

function ticks(end) {
  const step = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000].find((it) => end / it <= 5) ?? 10000;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
}

function label(text, x, y, kindOfText) {
  const node = make('text', { class: kindOfText, x, y });
  node.textContent = text;
  return node;
}

function kind(status) {
  return status === 200 ? 'status' : 'status failed';
}

function make(name, attributes) {
  const node = document.createElementNS('http://www.w3.org/2000/svg', name);
  setAll(node, attributes);
  return node;
}

function setAll(node, attributes) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
}

export function fill(body, report) {
  body.replaceChildren(...report.requests.map(tableRow));
}

function tableRow(request) {
  const { opened_ms: opened, committed_ms: committed } = last(request);
  const cells = [request.attempts[0].arrived_ms, opened ?? '–', committed ?? '–', request.status, request.retries];
  const row = document.createElement('tr');
  const head = document.createElement('th');
  head.scope = 'row';
  head.textContent = request.number;
  row.append(head, ...cells.map(cell));
  return row;
}

function cell(text) {
  const node = document.createElement('td');
  node.textContent = text;
  return node;
}
