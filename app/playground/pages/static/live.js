// News from the server: a stream, or where there is none a question every few seconds.
const { base, instance } = document.body.dataset;
const since = () => document.body.dataset.version;

// A server that was started anew knows nothing of what stands here. True when that is so.
async function anew(running) {
  if (running === instance) return false;
  const here = await fetch(location.href, { headers: { "X-Refresh": "1" } }).catch(() => null);
  if (here?.ok) location.reload(); else if (here) location.replace(`${base}/`);
  return true;
}

function poll(refresh) {
  setInterval(async () => {
    const answer = await fetch(`${base}/-/changes?since=${since()}`).catch(() => null);
    const told = answer?.ok && (await answer.json());
    if (told && !(await anew(told.instance)) && told.changed) refresh();
  }, 3000);
}

export function listen(refresh) {
  if (!window.EventSource) { poll(refresh); return; }
  const source = new EventSource(`${base}/-/events?since=${since()}`);
  source.onmessage = refresh;
  source.addEventListener("server", (event) => anew(event.data));
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) { source.close(); poll(refresh); } };
  addEventListener("pagehide", () => source.close());
}
