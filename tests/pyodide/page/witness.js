// Remembers what a page opens, so that a test can be asked what it left open.
"use strict";

const opened = { peers: [], sockets: [], contexts: [], tracks: [], players: [], locks: [] };

function remember(name, list) {
  globalThis[name] = class extends globalThis[name] {
    constructor(...values) {
      super(...values);
      list.push(this);
    }
  };
}

remember("RTCPeerConnection", opened.peers);
remember("WebSocket", opened.sockets);
remember("AudioContext", opened.contexts);

if (navigator.mediaDevices) {
  const ask = MediaDevices.prototype.getUserMedia;
  MediaDevices.prototype.getUserMedia = async function (constraints) {
    const stream = await ask.call(this, constraints);
    opened.tracks.push(...stream.getTracks());
    return stream;
  };
}

const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  opened.players.push(this);
  return play.call(this);
};

let refusing = false;
if (navigator.wakeLock) {
  const request = WakeLock.prototype.request;
  WakeLock.prototype.request = async function (kind) {
    if (refusing) {
      witness.refused += 1;
      throw new DOMException("the battery is low", "NotAllowedError");
    }
    const lock = await request.call(this, kind);
    opened.locks.push(lock);
    return lock;
  };
}

globalThis.witness = {
  opened,
  refused: 0,
  refuseLocks: (refuses) => void (refusing = refuses),
  leftOpen() {
    return [
      ...opened.peers.filter((peer) => peer.signalingState !== "closed").map(() => "peer"),
      ...opened.sockets.filter((socket) => socket.readyState !== WebSocket.CLOSED).map(() => "socket"),
      ...opened.contexts.filter((context) => context.state !== "closed").map(() => "audio context"),
      ...opened.tracks.filter((track) => track.readyState === "live").map(() => "microphone"),
      ...opened.locks.filter((lock) => !lock.released).map(() => "wake lock"),
      ...opened.players.filter((player) => player.srcObject || !player.paused).map(() => "player"),
    ];
  },
  /** What the person would notice, or somebody hears: a socket that is closing is none of it. */
  inUse() {
    return [
      ...opened.peers.filter((peer) => peer.signalingState !== "closed").map(() => "peer"),
      ...opened.sockets.filter((socket) => socket.readyState <= WebSocket.OPEN).map(() => "socket"),
      ...opened.tracks.filter((track) => track.readyState === "live").map(() => "microphone"),
    ];
  },
  forget() {
    for (const list of Object.values(opened)) list.length = 0;
    this.refused = 0;
  },
};
