// Runs before the page's own scripts, and watches what a person would see and hear.
//
// - `witness.open()` counts what is still open: microphone tracks, peer connections, sockets.
// - `witness.iceServers`: the STUN and TURN servers that a call was told to ask.
// - `witness.sound` is the loudness of the agent's voice over time: [milliseconds, RMS].
// - `witness.behind()`: how many milliseconds the loudspeaker has lost in this call. A true one loses
//   none; that which Firefox makes up for tests sleeps between two blocks, and is slow wherever the
//   machine is. What it does not take in time waits in the browser, and is heard that much later.
// - `witness.follow(selector)` notes each text that an element of that kind has shown, and when.
// - `witness.microphone()` puts a WebAudio microphone in the place of the real one, with
//   `witness.speak(wav, skipped)`: a test then chooses when the user speaks; `skipped` seconds of
//   the file are left out. It gives the time at which it began, and `witness.hasSpoken()` tells
//   when it has ended.
// - `witness.room()` does so for good: without it there is the browser's own microphone again
//   after a `witness.reset()`.
// - `witness.sent`: what went out over sockets; a text as it is, and of bytes how many.
// - `witness.garbleOffer()` makes the next call's offer one that nobody understands.
// - `witness.reset()` forgets all that was, for the next test on the same page.
// - `witness.holdMicrophone()`, `witness.holdAnswer()` and `witness.holdFrames()` keep the page
//   waiting: for the person's permission, with the answer to its offer come, and with what a
//   socket said. `witness.releaseFrames(text)` lets it have all up to the first that has this in it.
(() => {
  if (!isSecureContext) return; // the empty page that Firefox begins with

  const tracks = new Set();
  const peers = new Set();
  const sockets = new Set();
  const voices = new Set();
  const iceServers = [];
  const now = () => performance.now();

  const media = navigator.mediaDevices;
  const real = media.getUserMedia.bind(media);
  let usual = real;
  let source = real;
  let asked = false;
  let allowed = Promise.resolve();
  let allow;
  media.getUserMedia = async (constraints) => {
    asked = true;
    await allowed;
    const stream = await source(constraints);
    for (const track of stream.getTracks()) tracks.add(track);
    return stream;
  };
  const holdMicrophone = () => void (allowed = new Promise((granted) => (allow = granted)));

  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...values) {
      super(...values);
      sockets.add(this);
      this.addEventListener("message", (event) => {
        if (!holding) return;
        event.stopImmediatePropagation();
        frames.push([this, event.data]);
      });
    }

    send(data) {
      sent.push(typeof data === "string" ? data : data.byteLength);
      super.send(data);
    }
  };
  const sent = [];
  const frames = [];
  let holding = false;
  const framesHeld = (text = "") => frames.filter(([, data]) => data.includes(text)).length;
  function releaseFrames(text) {
    const last = text ? frames.findIndex(([, data]) => data.includes(text)) : frames.length - 1;
    const released = frames.splice(0, last + 1);
    holding = false;
    for (const [socket, data] of released) {
      socket.dispatchEvent(new MessageEvent("message", { data }));
    }
    holding = frames.length > 0;
  }

  const Peer = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Peer {
    constructor(...values) {
      super(...values);
      peers.add(this);
      for (const { urls } of this.getConfiguration().iceServers) iceServers.push(...[urls].flat());
      this.addEventListener("track", ({ track }) => listen(track));
    }

    get localDescription() {
      return garbled ? { sdp: "v=0\r\ngarbage" } : super.localDescription;
    }

    async setRemoteDescription(answer) {
      answered = true;
      if (withheld) return new Promise(() => {});
      return super.setRemoteDescription(answer);
    }
  };
  let garbled = false;
  let answered = false;
  let withheld = false;

  // What is heard is the track, as loud as the player that plays it.
  const players = new Set();
  const Player = window.Audio;
  window.Audio = class extends Player {
    constructor(...values) {
      super(...values);
      players.add(this);
    }
  };
  const volume = (track) => {
    const plays = ({ paused, muted, srcObject }) =>
      !paused && !muted && srcObject?.getTracks().includes(track);
    const playing = [...players].filter(plays);
    return Math.max(0, ...playing.map((player) => player.volume));
  };

  const sound = [];
  let behind = 0;
  function listen(track) {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 1024;
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let began = now();
    const timer = setInterval(() => {
      if (track.readyState === "ended") { // of a peer that is closed no event tells so
        clearInterval(timer);
        context.close();
        return;
      }
      if (context.currentTime === 0) began = now();
      behind = now() - began - 1000 * context.currentTime;
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      sound.push([now(), Math.sqrt(power) * volume(track)]);
    }, 20);
  }

  const seen = [];
  let watcher;
  function follow(selector) {
    const last = new Map();
    const look = () => {
      for (const element of document.querySelectorAll(selector)) {
        const shown = { id: element.id, text: element.textContent.trim(), ...element.dataset };
        const text = JSON.stringify(shown);
        if (last.get(element.id) === text) continue;
        last.set(element.id, text);
        seen.push({ time: now(), ...shown });
      }
    };
    watcher = new MutationObserver(look);
    watcher.observe(document.body, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true,
    });
    look();
  }

  // Open from the first use to the next reset: an open context keeps two threads busy.
  let context, studio;
  function openStudio() {
    if (context) return;
    context = new AudioContext({ sampleRate: 48000 });
    studio = context.createMediaStreamDestination();
    // Without any signal Chromium sends no RTP, and the agent never hears the silence.
    const silence = context.createConstantSource();
    silence.offset.value = 0;
    silence.connect(studio);
    silence.start();
  }

  function closeStudio() {
    context?.close();
    context = undefined;
  }

  function microphone() {
    closeStudio();
    source = async () => {
      openStudio();
      return studio.stream.clone();
    };
  }

  function room() {
    microphone();
    usual = source;
  }

  async function speak(recording, skipped = 0) {
    const file = Uint8Array.from(atob(recording), (character) => character.charCodeAt(0));
    openStudio();
    const voice = context.createBufferSource();
    voice.buffer = await context.decodeAudioData(file.buffer);
    voice.connect(studio);
    voice.onended = () => voices.delete(voice);
    voices.add(voice);
    voice.start(0, skipped);
    return now();
  }

  function open() {
    return {
      tracks: [...tracks].filter((track) => track.readyState === "live").length,
      peers: [...peers].filter((peer) => peer.connectionState !== "closed").length,
      sockets: [...sockets].filter((socket) => socket.readyState <= Socket.OPEN).length,
    };
  }

  function reset() {
    watcher?.disconnect();
    closeStudio();
    for (const past of [seen, sound, frames, sent]) past.length = 0;
    for (const known of [tracks, peers, sockets, voices]) known.clear();
    source = usual;
    allowed = Promise.resolve();
    asked = answered = withheld = holding = garbled = false;
  }

  const opened = () => ({ tracks: tracks.size, peers: peers.size, sockets: sockets.size });
  window.witness = {
    open,
    opened,
    reset,
    iceServers,
    sound,
    behind: () => Math.max(0, behind),
    seen,
    follow,
    microphone,
    room,
    speak,
    hasSpoken: () => voices.size === 0,
    sent,
    garbleOffer: () => void (garbled = true),
    holdMicrophone,
    microphoneAsked: () => asked,
    grantMicrophone: () => allow(),
    holdFrames: () => void (holding = true),
    framesHeld,
    releaseFrames,
    holdAnswer: () => void (withheld = true),
    answerCame: () => answered,
  };
})();
