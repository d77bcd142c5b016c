// Requests to this server.

export async function post(path, form) {
  const body = form && new URLSearchParams(form);
  const response = await fetch(path, { method: 'POST', body });
  const text = await response.text();
  return { status: response.status, body: parsed(text) };
}

export async function session() {
  const response = await fetch('/api/session');
  return response.ok ? response.json() : null;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export function element(id) {
  return document.getElementById(id);
}

export function show(id, text) {
  const target = element(id);
  // A status that does not change is not read out again.
  if (target.textContent !== String(text)) target.textContent = text;
}
