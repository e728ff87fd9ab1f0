// The console's one script: live pages, keys of the review queue, and files on their way.
'use strict';

const meta = name => document.querySelector(`meta[name="braid-${name}"]`).content;
const BASE = meta('base');
const byId = id => document.getElementById(id);
const say = sentence => { byId('said').textContent = sentence; };

function warn(sentence) {
  byId('trouble').textContent = sentence;
  byId('trouble').hidden = !sentence;
}

// What changes something carries the page's secret. The answer is JSON; a refusal is thrown in its own words.
async function post(path, body) {
  const isJson = !(body instanceof Blob);
  const headers = {'x-braid-csrf': meta('csrf'), 'content-type': isJson ? 'application/json' : 'application/octet-stream'};
  let answer;
  try {
    answer = await fetch(BASE + path, {method: 'POST', headers, body: isJson ? JSON.stringify(body ?? {}) : body});
  } catch {
    throw new Error('the console doesn’t answer; is it still running?');
  }
  return told(answer.status, await answer.text());
}

function told(status, text) {
  let value;
  try { value = JSON.parse(text); } catch { value = {error: text.trim()}; }
  if (status >= 400) throw new Error(value.error || `refused (${status})`);
  return value;
}

async function part(path) {
  const answer = await fetch(path);
  const text = await answer.text();
  if (answer.ok) return text;
  const shown = new DOMParser().parseFromString(text, 'text/html').querySelector('main section');
  throw new Error(shown ? shown.textContent.trim() : text.trim());
}

// --- live: the stream says that something changed; the page fetches itself and takes over its live part

const live = byId('live');
let refreshing = null;

// What somebody has unveiled or unfolded stays so in the part that takes its place.
function keptOf(part) {
  const shown = [...part.querySelectorAll('.veil-button[aria-pressed="true"]')].map(each => each.getAttribute('aria-label'));
  const unfolded = [...part.querySelectorAll('details[open]')].map(each => each.className);
  return () => {
    for (const each of part.querySelectorAll('.veil-button')) if (shown.includes(each.getAttribute('aria-label'))) each.setAttribute('aria-pressed', 'true');
    for (const each of part.querySelectorAll('details')) if (unfolded.includes(each.className)) each.open = true;
  };
}

async function refresh() {
  try {
    const text = await part(location.href.split('#')[0]);
    const fresh = new DOMParser().parseFromString(text, 'text/html').getElementById('live');
    const focused = document.activeElement && live.contains(document.activeElement) ? document.activeElement.getAttribute('href') : null;
    if (fresh && fresh.innerHTML !== live.innerHTML) {
      const kept = keptOf(live);
      live.replaceChildren(...fresh.childNodes);
      kept();
      if (focused) live.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus();
      live.dispatchEvent(new Event('refreshed'));
    }
  } catch (error) { warn(error.message); }
  refreshing = null;
}

function listen() {
  const source = new EventSource(`${BASE}/events?${new URLSearchParams({...live?.dataset})}`);
  source.addEventListener('changed', event => {
    warn('');
    const {waiting} = JSON.parse(event.data);
    byId('waiting').textContent = waiting;
    byId('waiting').hidden = !waiting;
    if (live) refreshing ??= setTimeout(refresh, 100);
  });
  source.addEventListener('trouble', event => warn(JSON.parse(event.data)));
  source.addEventListener('error', () => warn('The console doesn’t answer; this page shows how things were.'));
  return source;
}

// A browser keeps six connections to a server: hidden pages give theirs back.
let source = document.hidden ? null : listen();
document.addEventListener('visibilitychange', () => {
  if (document.hidden) { source?.close(); source = null; } else source ??= listen();
});
addEventListener('pagehide', () => source?.close());

for (const button of document.querySelectorAll('[data-fetch]')) {
  button.addEventListener('click', async () => {
    const into = byId(button.dataset.into);
    button.disabled = true;
    into.textContent = 'reading …';
    try { into.innerHTML = await part(button.dataset.fetch); } catch (error) { into.textContent = error.message; }
    button.disabled = false;
  });
}

// What somebody may not want to see is blurred until it is chosen, and grey where that is asked for.
document.addEventListener('click', event => {
  const veil = event.target.closest('.veil-button'), cover = event.target.closest('.unveil');
  if (veil) veil.setAttribute('aria-pressed', String(veil.getAttribute('aria-pressed') !== 'true'));
  if (cover) {
    const film = cover.parentElement.querySelector('video');
    cover.remove();
    if (film) { film.controls = true; film.focus(); }
  }
});

function greyPictures() {
  const isGrey = localStorage.getItem('braid-grey') === '1';
  document.body.classList.toggle('grey', isGrey);
  for (const box of document.querySelectorAll('.grey-toggle')) box.checked = isGrey;
}
document.addEventListener('change', event => {
  if (!event.target.matches('.grey-toggle')) return;
  localStorage.setItem('braid-grey', event.target.checked ? '1' : '');
  greyPictures();
});
greyPictures();

// A button that changes something at once, after a question; what came of it is said, and the page follows.
document.addEventListener('click', async event => {
  const button = event.target.closest('[data-post]');
  if (!button || !confirm(button.dataset.confirm)) return;
  button.disabled = true;
  try {
    const {said} = await post(button.dataset.post, JSON.parse(button.dataset.value));
    warn('');
    say(said);
    if (live) await refresh();
  } catch (error) { warn(error.message); button.disabled = false; }
});

// --- review

const review = document.querySelector('.review');

function reviewQueue() {
  const detail = byId('detail'), bar = byId('pending'), dialog = byId('reason');
  const undoMs = 1000 * Number(review.dataset.undoSeconds);
  const pending = new Map();   // asset id → decision that is not sent yet
  const settled = new Map();   // asset id → what became of it
  let chosen = '';

  const rows = () => [...document.querySelectorAll('#queue li')];
  const rowOf = id => rows().find(row => row.dataset.asset === id);
  const isFree = row => !pending.has(row.dataset.asset) && !settled.get(row.dataset.asset)?.ok;
  const selected = () => rows().filter(row => row.querySelector('input').checked && isFree(row));
  const facts = row => ({attempt: Number(row.dataset.attempt), requested_at: row.dataset.requestedAt});

  function paint() {
    for (const row of rows()) {
      const id = row.dataset.asset, waits = pending.get(id), ended = settled.get(id);
      const outcome = row.querySelector('.outcome');
      row.classList.toggle('chosen', id === chosen);
      row.classList.toggle('settled', Boolean(waits || ended?.ok));
      row.querySelector('input').disabled = !isFree(row) || Boolean(review.dataset.hindrance);
      outcome.hidden = !(waits || ended);
      outcome.className = `outcome ${ended && !waits ? (ended.ok ? 'pass' : 'reject') : 'warned'}`;
      outcome.textContent = waits ? `to be ${waits.words}, not sent yet` : ended?.said ?? '';
    }
    const count = selected().length;
    if (byId('selected')) byId('selected').textContent = count ? `${count} selected` : 'none selected';
    for (const button of document.querySelectorAll('[data-bulk]')) button.disabled = !count;
    bar.hidden = !pending.size;
    bar.replaceChildren(...[...pending.values()].slice(-3).map(each => {
      const line = document.createElement('p'), undo = document.createElement('button');
      undo.type = 'button';
      undo.textContent = 'Undo (u)';
      undo.addEventListener('click', () => takeBack(each.id));
      line.append(`To be ${each.words}: ${each.name}${each.sending ? ', being sent' : `, sent in ${Math.max(0, Math.ceil((each.at - Date.now()) / 1000))} s`}`);
      if (!each.sending) line.append(undo);
      return line;
    }));
  }

  async function choose(id) {
    const row = rowOf(id);
    if (!row) return;
    const before = rowOf(chosen);
    if (before && chosen !== id) post(`/review/${chosen}/release?attempt=${before.dataset.attempt}`).catch(() => {});
    chosen = id;
    history.replaceState(null, '', `#${id}`);
    paint();
    row.scrollIntoView({block: 'nearest'});
    detail.innerHTML = '<section class="empty"><p>Reading the answer …</p></section>';
    try {
      const text = await part(`${BASE}/review/${id}`);
      if (chosen !== id) return;
      detail.innerHTML = text;
      say(`Answer about ${row.querySelector('a').textContent}`);
    } catch (error) {
      if (chosen === id) detail.replaceChildren(Object.assign(document.createElement('section'), {className: 'notice', textContent: error.message}));
      return;
    }
    if (review.dataset.hindrance) return;
    try {
      const {said} = await post(`/review/${id}/claim?attempt=${row.dataset.attempt}`);
      if (chosen === id) detail.querySelector('.claim-said').textContent = said;
    } catch (error) { if (chosen === id) detail.querySelector('.claim-said').textContent = error.message; }
  }

  function step(by) {
    const all = rows(), at = all.findIndex(row => row.dataset.asset === chosen);
    for (let next = at + by; next >= 0 && next < all.length; next += by) {
      if (isFree(all[next])) return choose(all[next].dataset.asset);
    }
    return null;
  }

  // Nothing is sent before the time to undo is over; whoever closes the page has decided nothing.
  function later(row, decision, words, extra) {
    const id = row.dataset.asset;
    if (!isFree(row)) return;
    settled.delete(id);
    const entry = {id, decision, words, name: row.querySelector('a').textContent, at: Date.now() + undoMs, sending: false,
      body: {decision, ...facts(row), ...extra}};
    entry.timer = setTimeout(() => send(entry), undoMs);
    pending.set(id, entry);
    say(`To be ${words}; press u to undo`);
  }

  function takeBack(id) {
    const entry = pending.get(id);
    if (!entry || entry.sending) return;
    clearTimeout(entry.timer);
    pending.delete(id);
    say(`Taken back: ${entry.name}`);
    paint();
    choose(id);
  }

  async function send(entry) {
    entry.sending = true;
    paint();
    try {
      const {said} = await post(`/review/${entry.id}/decide`, entry.body);
      settled.set(entry.id, {ok: true, said});
      say(`${entry.name}: ${said}`);
    } catch (error) {
      settled.set(entry.id, {ok: false, said: `not ${entry.words}: ${error.message}`});
      warn(`${entry.name} was not ${entry.words}: ${error.message}`);
    }
    pending.delete(entry.id);
    paint();
  }

  function askReason(then, {makesAnother = false} = {}) {
    const field = dialog.querySelector('textarea');
    field.value = '';
    byId('reason-about').hidden = !makesAnother;
    dialog.returnValue = '';
    dialog.onclose = () => { if (dialog.returnValue === 'ok' && field.value.trim()) then(field.value.trim()); };
    dialog.showModal();
  }

  function decide(decision) {
    const row = rowOf(chosen);
    const shown = detail.querySelector('[data-asset]');
    if (!row || !isFree(row) || review.dataset.hindrance || shown?.dataset.asset !== chosen) return;
    if (decision === 'approve') {
      if (!shown.dataset.canApprove) { say('There is no answer to approve'); return; }
      later(row, 'approve', 'approved', {});
      paint();
      step(1);
    } else if (decision === 'reject') {
      askReason(note => { later(row, 'reject', 'rejected', {note}); paint(); step(1); });
    } else if (decision === 'redo') {
      if (!shown.querySelector('[data-decide="redo"]')) { say('Only what was made can be made once more'); return; }
      askReason(note => { later(row, 'redo', 'rejected and made once more', {note}); paint(); step(1); }, {makesAnother: true});
    } else if (shown.dataset.canEdit) {
      const form = detail.querySelector('form.edit');
      form.hidden = false;
      form.querySelector('textarea').focus();
    }
  }

  function correct(form) {
    const problem = form.querySelector('.problem');
    let answer;
    try { answer = JSON.parse(form.elements.answer.value); } catch (error) {
      problem.textContent = `this isn’t JSON: ${error.message}`;
      problem.hidden = false;
      return;
    }
    problem.hidden = true;
    form.hidden = true;
    later(rowOf(chosen), 'edit', 'corrected', {answer, note: form.elements.note.value});
    paint();
    step(1);
  }

  function bulk(decision) {
    const all = selected();
    const each = note => {
      for (const row of all) later(row, decision, decision === 'approve' ? 'approved' : 'rejected', note ? {note} : {});
      paint();
    };
    if (decision === 'reject') askReason(each); else each('');
  }

  detail.addEventListener('click', event => {
    const button = event.target.closest('button');
    if (!button) return;
    if (button.dataset.decide) decide(button.dataset.decide);
    else if ('cancel' in button.dataset) button.form.hidden = true;
  });
  detail.addEventListener('submit', event => { event.preventDefault(); correct(event.target); });
  // A frame is loaded only when its part is opened.
  detail.addEventListener('toggle', event => {
    const frame = event.target.querySelector('iframe[data-src]');
    if (frame && event.target.open && !frame.src) frame.src = frame.dataset.src;
  }, true);
  document.addEventListener('change', event => { if (event.target.closest('#queue')) paint(); });
  for (const button of document.querySelectorAll('[data-bulk]')) button.addEventListener('click', () => bulk(button.dataset.bulk));
  live.addEventListener('click', event => {
    const link = event.target.closest('#queue a');
    if (link) { event.preventDefault(); choose(link.closest('li').dataset.asset); }
  });
  live.addEventListener('refreshed', paint);
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    if (event.target.matches('textarea, select, input:not([type="checkbox"])')) {
      if (event.key === 'Escape') event.target.closest('form.edit')?.setAttribute('hidden', '');
      return;
    }
    const act = {a: () => decide('approve'), r: () => decide('reject'), e: () => decide('edit'), m: () => decide('redo'),
      u: () => takeBack([...pending.values()].filter(each => !each.sending).pop()?.id), j: () => step(1), k: () => step(-1)}[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  addEventListener('beforeunload', event => { if (pending.size) event.preventDefault(); });
  setInterval(() => { if (pending.size) paint(); }, 1000);
  const first = decodeURIComponent(location.hash.slice(1));
  if (first && rowOf(first)) choose(first); else step(1);
  paint();
}

if (review) reviewQueue();

// --- drop

const form = byId('drop');

function dropFiles() {
  const zone = byId('zone'), plan = byId('plan'), sending = byId('sending');
  let run = 0;

  async function look(files) {
    const mine = ++run;
    if (!files.length) return;
    sending.replaceChildren();
    plan.textContent = 'Looking at the files …';
    try {
      let step = await post('/drop/plan', {profile: form.elements.profile.value, bundle: form.elements.bundle.value,
        files: files.map(file => ({name: file.name, size: file.size}))});
      const drop = step.drop_id;
      while (step.need && mine === run) {
        const {file, start, length} = step.need;
        step = await post(`/drop/${drop}/bytes?file=${file}&start=${start}`, files[file].slice(start, start + length));
      }
      if (mine !== run) return;
      plan.innerHTML = step.html;
      byId('send').focus();
      byId('send').addEventListener('click', () => send(drop, files), {once: true});
    } catch (error) {
      if (mine === run) plan.replaceChildren(Object.assign(document.createElement('section'), {className: 'notice bad', textContent: error.message}));
    }
  }

  // A request with progress, which fetch doesn't have; the browser reads the file as it sends it.
  function sendOne(drop, number, file, bar) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', `${BASE}/drop/${drop}/send?file=${number}`);
      request.setRequestHeader('x-braid-csrf', meta('csrf'));
      request.setRequestHeader('content-type', 'application/octet-stream');
      request.upload.onprogress = event => { bar.value = event.loaded; };
      request.onload = () => { try { resolve(told(request.status, request.responseText)); } catch (error) { reject(error); } };
      request.onerror = () => reject(new Error('the console doesn’t answer; is it still running?'));
      request.send(file);
    });
  }

  async function send(drop, files) {
    byId('send').disabled = true;
    const isBundle = Boolean(form.elements.bundle.value.trim());
    const list = document.createElement('section');
    sending.replaceChildren(list);
    let failed = 0;
    for (const [number, file] of files.entries()) {
      const line = document.createElement('p'), words = document.createElement('span'), bar = document.createElement('progress');
      bar.max = file.size || 1;
      bar.setAttribute('aria-label', `Sending ${file.name}`);
      line.append(file.name, ' ', words, bar);
      list.append(line);
      try {
        const {asset_id: id} = await sendOne(drop, number, file, bar);
        bar.remove();
        if (id) words.append(linkTo(id)); else words.textContent = 'sent';
      } catch (error) {
        failed += 1;
        bar.remove();
        words.className = 'reject';
        words.textContent = `not sent: ${error.message}`;
      }
    }
    if (isBundle && !failed) {
      const line = document.createElement('p');
      list.append(line);
      try { line.append('The bundle: ', linkTo((await post(`/drop/${drop}/finish`)).asset_id)); } catch (error) { line.textContent = error.message; }
    }
    say(failed ? `${failed} not sent` : 'All sent');
  }

  function linkTo(id) {
    return Object.assign(document.createElement('a'), {href: `${BASE}/assets/${id}`, textContent: id});
  }

  const input = form.elements.files;
  input.addEventListener('change', () => look([...input.files]));
  for (const name of ['profile', 'bundle']) form.elements[name].addEventListener('change', () => look([...input.files]));
  form.addEventListener('submit', event => event.preventDefault());
  for (const kind of ['dragenter', 'dragover']) {
    zone.addEventListener(kind, event => { event.preventDefault(); zone.classList.add('over'); });
  }
  for (const kind of ['dragleave', 'drop']) zone.addEventListener(kind, () => zone.classList.remove('over'));
  zone.addEventListener('drop', event => {
    event.preventDefault();
    if (form.dataset.hindrance) return;
    input.files = event.dataTransfer.files;
    look([...event.dataTransfer.files]);
  });
}

if (form) dropFiles();

// --- search

const pictureOf = byId('by-picture');

async function searchByPicture() {
  const file = pictureOf.files[0], found = byId('found');
  if (!file) return;
  const {profile, modality, text} = byId('search').elements;
  const asked = new URLSearchParams({name: file.name, profile: profile.value, modality: modality.value});
  text.value = '';
  found.textContent = `Looking at ${file.name} …`;
  try {
    found.innerHTML = (await post(`/search/picture?${asked}`, file)).html;
  } catch (error) {
    found.replaceChildren(Object.assign(document.createElement('section'), {className: 'notice bad', textContent: error.message}));
  }
  pictureOf.value = '';
}

if (pictureOf) {
  pictureOf.closest('label').hidden = false;
  pictureOf.addEventListener('change', searchByPicture);
}

// A picture that was deleted a moment ago leaves no torn one; such events don't bubble.
document.addEventListener('error', event => {
  const thumb = event.target.closest?.('.thumb');
  if (thumb) thumb.replaceChildren();
}, true);
