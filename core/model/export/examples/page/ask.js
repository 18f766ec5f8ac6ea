// Loads model.onnx and model.json, and asks about the photo that somebody chooses.
"use strict";

const say = (words) => { document.getElementById("say").textContent = words; };

// The photo as the model was taught to see it: upright, over white, stretched to a square, bytes 0 to 255, RGB.
// Browsers shrink photos a little otherwise than Pillow does, so the probabilities differ a little from predict.py's.
async function pixelsOf(file, size) {
  const photo = await createImageBitmap(file, { imageOrientation: "from-image" });
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.fillStyle = "white";
  pen.fillRect(0, 0, size, size);
  pen.imageSmoothingQuality = "high";
  pen.drawImage(photo, 0, 0, size, size);
  const rgba = pen.getImageData(0, 0, size, size).data;
  const rgb = new Uint8Array(size * size * 3);
  for (let at = 0; at < size * size; at++) {
    for (let part = 0; part < 3; part++) rgb[3 * at + part] = rgba[4 * at + part];
  }
  return rgb;
}

// As sure as it is right: the temperature is not inside the network.
function honest(probabilities, temperature) {
  const logs = Array.from(probabilities, (share) => Math.log(Math.min(1, Math.max(1e-12, share))) / temperature);
  const highest = Math.max(...logs);
  const shares = logs.map((each) => Math.exp(each - highest));
  const sum = shares.reduce((one, other) => one + other, 0);
  return shares.map((share) => share / sum);
}

function show(answers) {
  const rows = answers.slice(0, 5).map(([label, share]) => {
    const row = document.createElement("tr");
    const bar = Object.assign(document.createElement("meter"), { value: share });
    for (const each of [label, bar, `${(100 * share).toFixed(1)} %`]) {
      row.appendChild(document.createElement("td")).append(each);
    }
    return row;
  });
  document.getElementById("answers").replaceChildren(...rows);
}

async function begin() {
  const model = await (await fetch("../../model.json")).json();
  const bytes = await (await fetch("../../model.onnx")).arrayBuffer();
  const network = await ort.InferenceSession.create(bytes);
  const size = model.input_size_px;

  async function ask(file) {
    const photo = new ort.Tensor("uint8", await pixelsOf(file, size), [1, size, size, 3]);
    const said = await network.run({ [network.inputNames[0]]: photo });
    const shares = honest(said[network.outputNames[0]].data, model.temperature);
    const answers = model.class_names.map((label, at) => [label, shares[at]]).sort((one, other) => other[1] - one[1]);
    const shown = document.getElementById("shown");
    shown.src = URL.createObjectURL(file);
    shown.hidden = false;
    show(answers);
    say(`${answers[0][0]}, ${(100 * answers[0][1]).toFixed(1)} %`);
  }

  document.getElementById("choose").addEventListener("change", (event) => {
    ask(event.target.files[0]).catch((error) => say(`This photo cannot be asked about: ${error.message}`));
  });
  say("The model is ready.");
}

begin().catch((error) => say(`The model could not be loaded: ${error.message}`));
