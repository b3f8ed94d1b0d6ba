// Remembers what a page opens, so that a test can be asked what it left open.
"use strict";

const opened = { peers: [], sockets: [], contexts: [], tracks: [], players: [] };

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

globalThis.witness = {
  opened,
  leftOpen() {
    return [
      ...opened.peers.filter((peer) => peer.signalingState !== "closed").map(() => "peer"),
      ...opened.sockets.filter((socket) => socket.readyState !== WebSocket.CLOSED).map(() => "socket"),
      ...opened.contexts.filter((context) => context.state !== "closed").map(() => "audio context"),
      ...opened.tracks.filter((track) => track.readyState === "live").map(() => "microphone"),
      ...opened.players.filter((player) => player.srcObject || !player.paused).map(() => "player"),
    ];
  },
  forget() {
    for (const list of Object.values(opened)) list.length = 0;
  },
};
