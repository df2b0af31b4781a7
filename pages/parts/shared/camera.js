// The camera: pictures for as long as a button is held. Where the browser gives a page no camera
// (over plain http, or without one) the phone's own camera app stands in, by a file field.
// `mounted` and `toBase64` are those of outbox.js, which stands before this file.

const EVERY = 200; // milliseconds between pictures while the button is held
const SHOT = 320; // pixels a side
const PHOTO = 1024; // pixels of a photo's longer side

export default mounted(makeDesk);

function makeDesk(root, outbox) {
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const [live, video, hold, turn, plain, file, message] = [
    ...["live", "video", "hold", "turn", "plain", "file", "message"].map(part),
  ];
  const life = new AbortController();
  const on = (target, kind, act) => target.addEventListener(kind, act, { signal: life.signal });
  let stream = null;
  let facing = "environment";
  let closed = false;

  const say = (words) => (message.textContent = words);
  const stop = () => stream?.getTracks().forEach((track) => track.stop());

  const fallBack = (why) => {
    live.hidden = true;
    plain.hidden = false;
    say(why);
  };

  const start = async () => {
    if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia) {
      const why = window.isSecureContext ? "This browser has no camera for pages" : "Over plain http a browser gives pages no camera";
      fallBack(`${why}: take a photo with the device's own camera app instead.`);
      return;
    }
    stop();
    try {
      const wanted = { facingMode: facing, width: { ideal: 640 }, height: { ideal: 480 } };
      stream = await navigator.mediaDevices.getUserMedia({ video: wanted, audio: false });
      if (closed) return stop();
      video.srcObject = stream;
      const front = stream.getVideoTracks()[0]?.getSettings().facingMode;
      video.classList.toggle("mirror", front !== "environment");
      await video.play();
      hold.disabled = false;
      const devices = await navigator.mediaDevices.enumerateDevices();
      turn.hidden = devices.filter((one) => one.kind === "videoinput").length < 2;
    } catch (error) {
      if (closed) return;
      const denied = error.name === "NotAllowedError";
      fallBack(denied ? "The camera is not allowed for this page: allow it in the browser, or take a photo or choose one." : "No camera is free: take a photo or choose one.");
    }
  };

  // -- pictures while the button is held

  let holding = 0;
  let taken = 0;
  const shoot = async () => {
    const side = Math.min(video.videoWidth, video.videoHeight);
    if (!side) return;
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SHOT;
    const [left, top] = [(video.videoWidth - side) / 2, (video.videoHeight - side) / 2];
    canvas.getContext("2d").drawImage(video, left, top, side, side, 0, 0, SHOT, SHOT);
    taken += 1;
    say(`${taken} taken`);
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.9));
    if (blob) outbox.put(await toBase64(blob));
  };
  const begin = () => {
    if (holding || hold.disabled) return;
    hold.classList.add("held");
    shoot();
    holding = setInterval(shoot, EVERY);
  };
  const end = () => {
    clearInterval(holding);
    holding = 0;
    hold.classList.remove("held");
  };
  on(hold, "pointerdown", (event) => {
    event.preventDefault();
    hold.setPointerCapture(event.pointerId);
    begin();
  });
  for (const kind of ["pointerup", "pointercancel", "lostpointercapture", "blur"]) on(hold, kind, end);
  on(hold, "contextmenu", (event) => event.preventDefault());
  on(hold, "keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    begin();
  });
  on(hold, "keyup", end);
  on(turn, "click", () => {
    facing = facing === "user" ? "environment" : "user";
    start();
  });

  // -- one photo by the device's own app

  on(file, "change", async () => {
    const [photo] = file.files;
    file.value = "";
    if (!photo) return;
    try {
      outbox.put(await toBase64(await shrunk(photo)));
      taken += 1;
      say(taken > 1 ? `${taken} photos sent` : "1 photo sent");
    } catch {
      say("This browser cannot read that file: choose a photo as JPEG or PNG.");
    }
  });

  start();
  return () => {
    closed = true;
    end();
    stop();
    life.abort();
  };
}

async function shrunk(photo) {
  const picture = await createImageBitmap(photo);
  const scale = Math.min(1, PHOTO / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [picture.width, picture.height].map((side) => Math.round(side * scale));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
}
