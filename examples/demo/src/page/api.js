// Requests to this server.

// The status is 0 if there is no answer.
export async function post(path, form) {
  const body = form && new URLSearchParams(form);
  try {
    const response = await fetch(path, { method: 'POST', body });
    return { status: response.status, body: parsed(await response.text()) };
  } catch {
    return { status: 0, body: null };
  }
}

// `null` if there is no answer.
export async function session() {
  try {
    const response = await fetch('/api/session');
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
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
