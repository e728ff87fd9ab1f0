"use strict";
// The report's only script: moments seek the player, and the transcript and the tracks follow it. Without it, or
// without anything to play, every link leads to a line, a picture or a passage of the page itself.
(() => {
  const player = document.getElementById("player");
  const noMedia = document.getElementById("no-media");
  const box = document.getElementById("transcript");
  const followButton = document.getElementById("follow");
  const tracks = document.getElementById("tracks");
  const cursor = document.getElementById("cursor");
  const offset = Number(player?.dataset.offset ?? 0);
  const duration = Number(tracks?.dataset.duration ?? 0);
  const calm = matchMedia("(prefers-reduced-motion: reduce)");

  const lines = box ? [...box.querySelectorAll("span[data-t]")] : [];
  const starts = lines.map((line) => Number(line.dataset.t));
  let isPlayable = false;
  let isFollowing = true;
  let current = null;
  let cameFrom = null;

  // --- the player

  const now = () => player.currentTime + offset;

  function seek(seconds, {plays = false} = {}) {
    player.currentTime = Math.max(0, seconds - offset);
    setFollowing(true);
    show(seconds);
    // Playing may be refused, by the browser or because the next click comes at once; the moment is right then too.
    if (plays) player.play().catch(() => {});
  }

  function remember(seconds) {
    history.replaceState(null, "", `#t=${seconds}`);
  }

  function linkedMoment() {
    const found = /^#t=(\d+(?:\.\d+)?)$/.exec(location.hash);
    return found ? Number(found[1]) : null;
  }

  function goToLinkedMoment() {
    const moment = linkedMoment();
    if (moment === null) return;
    if (isPlayable) seek(moment);
    else (show(moment) ?? tracks)?.scrollIntoView({block: "center"});
  }

  if (player) {
    player.addEventListener("loadedmetadata", () => {
      isPlayable = true;
      player.closest("section").classList.add("ready");
      if (noMedia) noMedia.hidden = true;
      cursor?.classList.add("on");
      if (followButton) followButton.hidden = false;
      for (const track of player.textTracks) track.mode = "showing";
      goToLinkedMoment();
    });
    player.addEventListener("error", () => {
      isPlayable = false;
      if (noMedia) noMedia.hidden = false;
    });
    for (const event of ["timeupdate", "seeking", "seeked"]) player.addEventListener(event, () => show(now()));
    player.addEventListener("keydown", (event) => {
      if (event.key === "Escape") cameFrom?.focus();
    });
    // The file may have failed before this script ran.
    if (player.error && noMedia) noMedia.hidden = false;
    if (player.readyState >= HTMLMediaElement.HAVE_METADATA) player.dispatchEvent(new Event("loadedmetadata"));
    document.getElementById("choose")?.addEventListener("change", (event) => {
      const [file] = event.target.files;
      if (!file) return;
      if (player.src.startsWith("blob:")) URL.revokeObjectURL(player.src);
      player.src = URL.createObjectURL(file);
    });
  }

  // --- what follows it

  function lineAt(seconds) {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (starts[middle] <= seconds + 0.001) low = middle + 1;
      else high = middle;
    }
    return lines[low - 1] ?? null;
  }

  // Marks the line and moves the cursor; returns the line.
  function show(seconds) {
    if (cursor && duration) {
      const place = `${Math.min(100, (100 * seconds) / duration)}%`;
      cursor.setAttribute("x1", place);
      cursor.setAttribute("x2", place);
    }
    const line = lineAt(seconds);
    if (line === current) return line;
    current?.removeAttribute("aria-current");
    current?.closest(".utterance").classList.remove("current");
    line?.setAttribute("aria-current", "true");
    line?.closest(".utterance").classList.add("current");
    current = line;
    if (isFollowing) keepInSight();
    return line;
  }

  // Scrolls the transcript's box alone, never the page.
  function keepInSight() {
    if (!current || box.scrollHeight <= box.clientHeight) return;
    const distance = () =>
      current.getBoundingClientRect().top - box.getBoundingClientRect().top - box.clientHeight / 3;
    const isFar = Math.abs(distance()) > 3 * box.clientHeight;
    box.scrollBy({top: distance(), behavior: isFar || calm.matches ? "instant" : "smooth"});
    // Blocks that were never laid out had only a guessed height until now.
    if (isFar) requestAnimationFrame(() => box.scrollBy({top: distance(), behavior: "instant"}));
  }

  function setFollowing(wanted) {
    isFollowing = wanted;
    followButton?.setAttribute("aria-pressed", String(wanted));
    if (wanted) keepInSight();
  }

  if (box) {
    for (const event of ["wheel", "touchmove"]) {
      box.addEventListener(event, () => setFollowing(false), {passive: true});
    }
    box.addEventListener("keydown", (event) => {
      if (["PageUp", "PageDown", "ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) setFollowing(false);
    });
    // The scroll bar, which is the box itself and none of its lines.
    box.addEventListener("pointerdown", (event) => {
      if (event.target === box) setFollowing(false);
    });
    followButton.addEventListener("click", () => setFollowing(!isFollowing));
  }

  // --- moments

  document.addEventListener("click", (event) => {
    const moment = event.target.closest("[data-t]");
    if (!moment || !isPlayable || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey) return;
    // Whoever selects words of the transcript doesn't want to go anywhere.
    if (!moment.closest("a") && !getSelection().isCollapsed) return;
    event.preventDefault();
    cameFrom = moment.closest("a") ?? cameFrom;
    remember(moment.dataset.t);
    const veil = document.getElementById("player-veil");
    // What was hidden because it disturbs is opened by hand only.
    if (veil && !veil.open) {
      seek(Number(moment.dataset.t));
      veil.querySelector("summary").focus();
      return;
    }
    seek(Number(moment.dataset.t), {plays: true});
    player.focus({preventScroll: true});
    player.scrollIntoView({block: "nearest"});
  });

  tracks?.addEventListener("click", (event) => {
    if (!isPlayable || event.target.closest("a")) return;
    const {left, width} = tracks.getBoundingClientRect();
    seek(Math.round((1000 * duration * (event.clientX - left)) / width) / 1000);
  });

  // A moment that is linked to without anything to play: the nearest line instead.
  addEventListener("hashchange", goToLinkedMoment);
  if (!isPlayable) goToLinkedMoment();

  // --- one keyboard stop for each track and for the transcript; arrows go on from there

  const steps = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1};
  for (const group of document.querySelectorAll("[data-roving]")) {
    group.addEventListener("keydown", (event) => {
      const from = event.target.closest("a");
      if (!from || !(event.key in steps || event.key === "Home" || event.key === "End")) return;
      const stops = [...group.querySelectorAll("a[data-t]")];
      const ends = {Home: 0, End: stops.length - 1};
      const to = stops[ends[event.key] ?? stops.indexOf(from) + steps[event.key]];
      if (!to) return;
      event.preventDefault();
      from.setAttribute("tabindex", "-1");
      to.removeAttribute("tabindex");
      to.focus();
    });
  }
})();
