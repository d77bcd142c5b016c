// The other window: it shares the cookie with the page around it, and nothing else.

import { element, post, session, show } from './api.js';

const LOOK_EVERY_MS = 1000;
let wasSignedIn = false;

async function look() {
  const view = await session();
  if (view) render(view.session);
  return view?.session;
}

function render(current) {
  show('state', state(current));
  show('fingerprint', current ? current.fingerprint : 'none');
  show('count', current ? current.count : '–');
  document.body.dataset.signedIn = String(Boolean(current?.user));
  wasSignedIn ||= Boolean(current?.user);
}

function state(current) {
  if (current?.user) return `Signed in as ${current.user}`;
  if (wasSignedIn) return 'Signed out';
  return current ? 'Not signed in' : 'No session';
}

async function addOne(holdMs) {
  show('answer', holdMs ? 'A request is running.' : '');
  const { status } = await post(`/increment?hold_ms=${holdMs}`);
  show('answer', status === 200 ? 'Stored.' : `Rejected with ${status}.`);
  return { status, session: await look() };
}

async function work(message) {
  if (message.origin !== location.origin || !message.data.holdMs) return;
  await look();
  const { status, session: left } = await addOne(message.data.holdMs);
  parent.postMessage({ status, hasSession: Boolean(left) }, location.origin);
}

element('add-one').addEventListener('click', () => addOne(0));
addEventListener('message', work);
setInterval(look, LOOK_EVERY_MS);
look();
