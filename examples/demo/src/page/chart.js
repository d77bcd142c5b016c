// The chart and the table of a burst. Geometry stands in attributes: the policy allows no style of its own.

const ROW = 26;
const BAR = 14;
const LEFT = 26;
const RIGHT = 46;
const AXIS = 24;

// Ten empty rows, as long as nothing was sent.
const NOTHING = Array.from({ length: 10 }, (_, index) => ({ number: index + 1, attempts: [] }));

export function draw(chart, report) {
  const requests = report ? inOrderOfTheirEnd(report.requests) : NOTHING;
  const end = Math.max(1, ...requests.map((request) => last(request)?.ended_ms ?? 0));
  const width = Math.max(220, chart.parentElement.clientWidth);
  const height = requests.length * ROW + AXIS;
  const scale = { end, right: width - RIGHT, at: (ms) => LEFT + (ms / end) * (width - LEFT - RIGHT) };
  setAll(chart, { width, height, viewBox: `0 0 ${width} ${height}` });
  const lines = requests.map((request, row) => line(request, row * ROW, scale, counted(report)));
  chart.querySelector('#rows').replaceChildren(...(report ? axis(scale, height) : []), ...lines);
}

// Whether a request is counted that was answered with 200: without a strategy the last write alone is.
function counted(report) {
  if (!report || report.before + report.accepted === report.after) return () => true;
  const winner = inOrderOfTheirEnd(report.requests).findLast((request) => request.status === 200);
  return (request) => request === winner;
}

function inOrderOfTheirEnd(requests) {
  return [...requests].sort((one, two) => last(one).ended_ms - last(two).ended_ms || one.number - two.number);
}

function last(request) {
  return request.attempts[request.attempts.length - 1];
}

function line(request, y, scale, isCounted) {
  const group = make('g', {});
  const middle = y + ROW / 2;
  const top = middle - BAR / 2;
  group.append(label(request.number, LEFT - 8, middle, 'row-name'));
  group.append(bar(LEFT, scale.right, top, { class: 'track' }));
  for (const attempt of request.attempts) group.append(...bars(attempt, top, scale.at, isCounted(request)));
  if (last(request)) group.append(status(request, middle, scale.at));
  return group;
}

function status(request, middle, at) {
  const kind = request.status === 200 ? 'status' : 'status failed';
  return label(request.status, at(last(request).ended_ms) + 6, middle, kind);
}

function bars(attempt, y, at, isCounted) {
  const { arrived_ms: arrived, ended_ms: ended, status: answer } = attempt;
  const opened = attempt.opened_ms ?? ended;
  return [
    bar(at(arrived), at(opened), y, { class: 'waiting', fill: 'url(#waiting)' }),
    bar(at(opened), at(ended), y, open(answer, isCounted)),
  ];
}

function open(answer, isCounted) {
  if (answer !== 200) return { class: 'rejected', fill: 'url(#rejected)' };
  return isCounted ? { class: 'held' } : { class: 'lost', fill: 'url(#lost)' };
}

function bar(from, to, y, attributes) {
  // A bar of less than a pixel is left out.
  const width = Math.max(0, to - from);
  return width < 1 ? '' : make('rect', { x: from, y, width, height: BAR, rx: 3, ...attributes });
}

function axis(scale, height) {
  const bottom = height - AXIS;
  return ticks(scale).flatMap((ms) => [
    make('line', { class: 'tick', x1: scale.at(ms), x2: scale.at(ms), y1: 0, y2: bottom }),
    label(ms >= 1000 ? `${ms / 1000} s` : `${ms} ms`, scale.at(ms), bottom + AXIS / 2 + 2, 'tick-name'),
  ]);
}

const STEPS = [10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000];
const TICK_WIDTH = 70;

function ticks({ end, right }) {
  const most = Math.max(1, Math.floor((right - LEFT) / TICK_WIDTH));
  const step = STEPS.find((it) => end / it <= most) ?? end;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, index) => index * step);
}

function label(text, x, y, kindOfText) {
  const node = make('text', { class: kindOfText, x, y });
  node.textContent = text;
  return node;
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
  const times = [request.attempts[0].arrived_ms, opened, committed];
  const cells = [...times.map((ms) => ms?.toFixed(1) ?? '–'), request.status, request.retries];
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
