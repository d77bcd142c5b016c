// The page: what the server says of the session, the burst, and the two windows.

import { element, post, session, show } from './api.js';
import { draw, fill } from './chart.js';

const LOOK_EVERY_MS = 2000;
const REQUESTS = 10;
const HOLD_MS = 200;

const ANNOUNCEMENTS = {
  none: 'The last write wins. All ten read the same number before one writes, so increments are lost.',
  optimistic: 'A write is rejected with 409 if another request changed the counter first. Each 200 is counted.',
  pessimistic: 'Each request waits until the one before it has stored the session. All ten are counted, one after the other.',
};

const NO_ANSWER = 'The server does not answer.';

let current = null;
let expiresAt = null;
let report = null;
let looks = 0;
let endIsExpected = false;

// The session.

async function look() {
  const number = ++looks;
  const view = await session();
  // An older answer may come later than a newer one.
  if (number !== looks) return;
  if (!view) return notify(NO_ANSWER);
  if (element('notice').textContent === NO_ANSWER) notify('');
  show('store', view.store);
  chooseFirst(view.locking);
  render(view.session);
}

function chooseFirst(locking) {
  if (element('locking').textContent === locking) return;
  show('locking', locking);
  document.querySelector(`input[name=locking][value=${locking}]`).checked = true;
  announce();
}

function render(next) {
  const before = current;
  current = next;
  if (before && !next && !endIsExpected) notify('The session ended. It was signed out in another window, or it expired.');
  if (!next) endIsExpected = false;
  if (next?.user && next.user !== before?.user) notify('');
  element('sign-in').hidden = Boolean(next?.user);
  element('signed-in').hidden = !next?.user;
  show('user-name', next?.user ?? '');
  renderId(before, next);
  show('count', next?.count ?? 0);
  for (const button of element('basket').querySelectorAll('button')) {
    button.querySelector('output').textContent = next?.basket[button.dataset.item] ?? 0;
  }
}

function renderId(before, next) {
  show('fingerprint', next?.fingerprint ?? 'none yet');
  if (before?.fingerprint !== next?.fingerprint) {
    show('fingerprint-note', before && next ? `was ${before.fingerprint}` : '');
    flash(element('fingerprint'));
  }
  expiresAt = next ? performance.now() + next.expires_in_s * 1000 : null;
  tick();
}

function flash(target) {
  target.classList.remove('changed');
  void target.offsetWidth; // The animation begins anew.
  target.classList.add('changed');
}

function tick() {
  const seconds = expiresAt === null ? null : Math.max(0, Math.round((expiresAt - performance.now()) / 1000));
  show('expires', seconds === null ? '–' : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`);
}

function notify(text) {
  const notice = element('notice');
  notice.hidden = !text;
  show('notice', text);
}

async function change(path, form) {
  notify('');
  const { status, body } = await post(path, form);
  await look();
  complain(status, body);
  return status;
}

function complain(status, body) {
  if (status >= 400) notify(`The server answered ${status}: ${body?.detail ?? body?.kind ?? 'no reason'}.`);
}

async function signIn(event) {
  event.preventDefault();
  await change('/login', { user: element('user').value });
  if (current?.user) element('sign-out').focus();
}

async function signOut() {
  endIsExpected = true;
  const status = await change('/logout');
  element('user').focus();
  return status;
}

// The burst.

function announce() {
  show('announcement', ANNOUNCEMENTS[chosen()] ?? '');
  element('retry').closest('label').hidden = chosen() !== 'optimistic';
}

function chosen() {
  return new FormData(element('burst')).get('locking');
}

async function sendBurst(event) {
  event.preventDefault();
  const retries = chosen() === 'optimistic' && element('retry').checked ? REQUESTS : 0;
  busy(true);
  const { status, body } = await post(
    `/burst?count=${REQUESTS}&hold_ms=${HOLD_MS}&retries=${retries}&locking=${chosen()}`,
  );
  busy(false);
  if (status === 200) renderBurst(body);
  await look();
  complain(status, body);
}

function busy(is) {
  element('send').setAttribute('aria-disabled', String(is));
  show('send', is ? 'Ten requests are running' : 'Send ten requests');
}

function renderBurst(next) {
  report = next;
  const { exactly, less_than: lessThan } = report.expected;
  element('table').hidden = false;
  element('result').dataset.locking = report.locking;
  show('accepted', `${report.accepted} of ${report.count}`);
  show('expected', exactly ?? `less than ${lessThan}`);
  show('after', report.after);
  element('verdict').dataset.kind = verdictKind();
  show('verdict', verdict());
  draw(element('chart'), report);
  fill(element('table-rows'), report);
}

function verdictKind() {
  if (!report.as_expected) return 'wrong';
  return lost() > 0 ? 'lost' : 'right';
}

function lost() {
  return report.before + report.accepted - report.after;
}

function verdict() {
  const rejected = report.count - report.accepted;
  if (!report.as_expected) return 'The total is not the announced one: another window has changed the session.';
  if (lost() > 0) return `As announced: ${lost()} of ${report.accepted} increments are lost, and nobody was told.`;
  if (rejected > 0) return `As announced: ${rejected} requests were rejected, and nothing is lost.`;
  return 'As announced: all are counted, and nothing is lost.';
}

// The two windows.

const WORK_MS = 1500;
const SIGN_OUT_AFTER_MS = 500;

async function race() {
  if (element('sign-out-race').getAttribute('aria-disabled') === 'true') return;
  element('sign-out-race').setAttribute('aria-disabled', 'true');
  element('race').replaceChildren();
  element('race-verdict').hidden = true;
  if (!current?.user) await change('/login', { user: element('user').value || 'Ada' });
  await raceOnce();
  element('sign-out-race').setAttribute('aria-disabled', 'false');
}

async function raceOnce() {
  const begin = performance.now();
  const ended = otherWindowWorks();
  note(begin, `The other window begins a request that works for ${WORK_MS / 1000} s.`);
  await new Promise((resolve) => setTimeout(resolve, SIGN_OUT_AFTER_MS));
  endIsExpected = true;
  note(begin, `This window signs out: ${await change('/logout')}.`);
  const { status, hasSession } = await ended;
  note(begin, `The request of the other window ends: ${status}.`);
  note(begin, `The other window looks again: ${hasSession ? 'a session' : 'no session'}.`);
  judge(status === 409 && !hasSession);
}

function otherWindowWorks() {
  const other = element('other').contentWindow;
  const answer = new Promise((resolve) => {
    addEventListener('message', function heard({ origin, source, data }) {
      if (origin !== location.origin || source !== other) return;
      removeEventListener('message', heard);
      resolve(data);
    });
  });
  other.postMessage({ holdMs: WORK_MS }, location.origin);
  return answer;
}

function note(begin, text) {
  const item = document.createElement('li');
  const time = document.createElement('span');
  time.className = 'time';
  time.textContent = `${((performance.now() - begin) / 1000).toFixed(1)} s`;
  const what = document.createElement('span');
  what.textContent = text;
  item.append(time, what);
  element('race').append(item);
}

function judge(isRight) {
  element('race-verdict').hidden = false;
  element('race-verdict').dataset.kind = isRight ? 'right' : 'wrong';
  show('race-verdict', isRight ? 'The sign-out stays a sign-out.' : 'This is not what was announced.');
}

// What happens when.

element('sign-in').addEventListener('submit', signIn);
element('sign-out').addEventListener('click', signOut);
element('add-one').addEventListener('click', () => change('/increment'));
element('empty').addEventListener('click', () => change('/basket/empty'));
element('basket').addEventListener('click', (event) => {
  const button = event.target.closest('button');
  if (button) change('/basket', { item: button.dataset.item });
});
element('burst').addEventListener('submit', (event) => {
  event.preventDefault();
  if (element('send').getAttribute('aria-disabled') !== 'true') sendBurst(event);
});
element('burst').addEventListener('change', announce);
element('sign-out-race').addEventListener('click', race);
new ResizeObserver(() => draw(element('chart'), report)).observe(element('result'));
document.addEventListener('visibilitychange', () => document.hidden || look());
setInterval(() => document.hidden || look(), LOOK_EVERY_MS);
setInterval(tick, 250);
look();
