"use strict";
// The map as a picture: title, figures, map, legend and sources on one sheet, drawn in the browser itself.
(function (own) {
  const SIDE = 300, EDGE = 28, SCALE = 2;
  const FONT = getComputedStyle(document.documentElement).fontFamily;

  function load(drawing) {
    return new Promise(function (done, failed) {
      const image = new Image();
      image.onload = () => done(image);
      image.onerror = failed;
      image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(new XMLSerializer().serializeToString(drawing));
    });
  }
  function sheetOf(width, height, ...parts) {
    return own.svg("svg", {width, height}, own.svg("defs", {}, ...[...own.find("pola").children].map(one => one.cloneNode(true))), ...parts);
  }
  // Words in lines of a width; a word that is wider goes on in the next line.
  function wrapped(ink, text, width) {
    const fits = words => ink.measureText(words).width <= width, lines = [""];
    for (const word of text.split(/\s+/).filter(Boolean)) {
      const longer = (lines[lines.length - 1] + " " + word).trim();
      if (fits(longer)) { lines[lines.length - 1] = longer; continue; }
      lines.push("");
      for (const letter of word) {
        if (fits(lines[lines.length - 1] + letter)) lines[lines.length - 1] += letter; else lines.push(letter);
      }
    }
    return lines.filter(Boolean);
  }
  function write(ink, text, x, y, width, size, weight, colour) {
    ink.font = `${weight} ${size}px ${FONT}`; ink.fillStyle = colour;
    for (const line of wrapped(ink, text, width)) { ink.fillText(line, x, y); y += size * 1.4; }
    return y;
  }
  // The line of before and after, and what stands on either side of it.
  function drawSweep(ink, width, height) {
    if (!own.swept()) return;
    const x = own.swept() * width;
    ink.fillStyle = "#22272b"; ink.fillRect(x - 1, 0, 2, height);
    ink.font = `600 12.5px ${FONT}`;
    for (const [text, side] of [[own.words.sebelum, -1], [own.words.sesudah, 1]]) {
      const wide = ink.measureText(text).width + 20, left = side < 0 ? x - 12 - wide : x + 12;
      ink.fillStyle = "rgba(34,39,43,0.86)"; ink.fillRect(left, 14, wide, 25);
      ink.fillStyle = "#fff"; ink.fillText(text, left + 10, 31);
    }
  }

  // Panes from below to above, each cut as on the screen.
  async function drawMap(ink, width, height) {
    const map = own.map, moved = L.DomUtil.getPosition(map.getPane("mapPane")), frame = map.getContainer().getBoundingClientRect();
    const panes = [...map.getPane("mapPane").children].filter(one => !/popup|tooltip|marker|shadow/.test(one.className) && one.style.display !== "none");
    panes.sort((one, other) => Number(getComputedStyle(one).zIndex) - Number(getComputedStyle(other).zIndex));
    for (const pane of panes) {
      ink.save();
      const cut = pane.style.clip.match(/-?[\d.]+/g);
      if (cut) {
        const [top, right, bottom, left] = cut.map(Number);
        ink.beginPath(); ink.rect(left + moved.x, top + moved.y, right - left, bottom - top); ink.clip();
      }
      for (const tile of pane.querySelectorAll("canvas.leaflet-tile, img.leaflet-tile")) {
        const box = tile.getBoundingClientRect();
        if (tile.width && getComputedStyle(tile).opacity > 0) ink.drawImage(tile, box.left - frame.left, box.top - frame.top, box.width, box.height);
      }
      const groups = [...pane.querySelectorAll(":scope > svg > g")];
      if (groups.length) {
        const shift = own.svg("g", {transform: `translate(${moved.x} ${moved.y})`}, ...groups.map(one => one.cloneNode(true)));
        ink.drawImage(await load(sheetOf(width, height, shift)), 0, 0);
      }
      ink.restore();
    }
    for (const label of map.getContainer().querySelectorAll(".nama:not(.tutup) span")) {
      const box = label.getBoundingClientRect();
      if (!box.width) continue;
      if (label.closest(".wilayah")) {
        ink.fillStyle = "rgba(255,255,255,0.93)"; ink.strokeStyle = "#dcdfe1"; ink.lineWidth = 1;
        ink.beginPath(); ink.rect(box.left - frame.left, box.top - frame.top, box.width, box.height); ink.fill(); ink.stroke();
      }
      ink.font = `500 11.5px ${FONT}`; ink.textAlign = "center"; ink.lineWidth = 3.5; ink.lineJoin = "round"; ink.strokeStyle = "rgba(255,255,255,0.9)"; ink.fillStyle = "#2c3236";
      const top = box.top - frame.top + 11 + (label.closest(".wilayah") ? 2 : 0);
      [...label.children].filter(one => one.textContent).flatMap(one => linesOf(ink, one.textContent, 130)).forEach(function (line, at) {
        const x = (box.left + box.right) / 2 - frame.left, y = top + at * 13.8;
        ink.strokeText(line, x, y); ink.fillText(line, x, y);
      });
    }
    ink.textAlign = "left";
  }
  // The lines of a name, as on the screen: three at most, and dots stand for what is left out.
  function linesOf(ink, text, width) {
    const lines = wrapped(ink, text, width);
    return lines.length > 3 ? [...lines.slice(0, 2), lines[2].slice(0, -1) + "…"] : lines;
  }

  async function drawLegend(ink, x, y) {
    for (const part of own.find("daftar").children) {
      if (part.matches("ul") && !part.hidden) {
        for (const row of part.children) {
          ink.drawImage(await load(sheetOf(26, 16, ...[...row.querySelector("svg").children].map(one => one.cloneNode(true)))), x, y - 12);
          y = write(ink, row.textContent, x + 34, y, SIDE - 34, 12, 400, "#22272b") + 3;
        }
        y += 5;
      } else if (part.matches("label") && part.querySelector("input[type=checkbox]:checked")) {
        y = write(ink, part.textContent, x, y, SIDE, 12.5, 600, "#22272b") + 3;
      }
    }
    return y;
  }

  function drawScale(ink, x, y) {
    const bar = own.map.getContainer().querySelector(".leaflet-control-scale-line");
    const width = bar.getBoundingClientRect().width;
    ink.strokeStyle = "#22272b"; ink.lineWidth = 1.5;
    ink.beginPath(); ink.moveTo(x, y - 6); ink.lineTo(x, y); ink.lineTo(x + width, y); ink.lineTo(x + width, y - 6); ink.stroke();
    write(ink, bar.textContent, x + width + 8, y, 100, 12, 400, "#22272b");
    // North is up; the arrow says so.
    ink.beginPath(); ink.moveTo(x + SIDE - 14, y - 24); ink.lineTo(x + SIDE - 7, y); ink.lineTo(x + SIDE - 14, y - 6); ink.lineTo(x + SIDE - 21, y); ink.closePath();
    ink.fillStyle = "#22272b"; ink.fill();
    write(ink, own.words.utara, x + SIDE - 18, y - 29, 30, 12, 600, "#22272b");
  }

  // Figures of what is chosen, as the panel has them.
  function figures() {
    const text = id => own.find(id).textContent, w = own.words;
    const year = own.find("tahun").hidden ? "" : ` · ${w.sampai} ${text("sampai")}`;
    return `${text("unit")}${year}: ${w.kumuh} ${text("luas")} ha · ${w.tertangani} ${text("tertangani")} ha (${text("persen")}) · ${w.sisa} ${text("sisa")} ha (${text("persen-sisa")})`;
  }

  own.sheet = async function () {
    const size = own.map.getSize(), width = size.x + SIDE + 3 * EDGE;
    const draft = own.element("canvas", {}).getContext("2d");
    const notes = [...document.querySelectorAll(".kaki p")].map(one => one.textContent);
    const head = [...document.querySelectorAll(".kop .instansi")].map(one => one.textContent);
    // Written once on nothing, to know how much room the words need.
    const above = write(draft, document.querySelector(".kop h1").textContent, 0, EDGE + 22 + head.length * 17, width - 2 * EDGE, 24, 650, "#000") + 2;
    const top = write(draft, figures(), 0, above, width - 2 * EDGE, 14, 400, "#000") + 2;
    const room = notes.reduce((sum, one) => write(draft, one, 0, sum, width - 2 * EDGE, 11, 400, "#000"), 0);
    const legend = await drawLegend(draft, 0, 20);
    const height = Math.max(size.y, legend + 90), whole = top + height + 22 + room + EDGE;
    const canvas = own.element("canvas", {width: Math.round(width * SCALE), height: Math.round(whole * SCALE)}), ink = canvas.getContext("2d");
    ink.scale(SCALE, SCALE);
    ink.fillStyle = "#fff"; ink.fillRect(0, 0, width, whole);
    ink.fillStyle = "#1f6b45"; ink.fillRect(0, 0, width, 6);
    let y = EDGE + 8;
    for (const line of head) { y = write(ink, line, EDGE, y, width - 2 * EDGE, 12, 400, "#5c646b"); }
    write(ink, document.querySelector(".kop h1").textContent, EDGE, EDGE + 22 + head.length * 17, width - 2 * EDGE, 24, 650, "#22272b");
    write(ink, figures(), EDGE, above, width - 2 * EDGE, 14, 400, "#22272b");
    ink.save();
    ink.translate(EDGE, top); ink.beginPath(); ink.rect(0, 0, size.x, size.y); ink.clip();
    ink.fillStyle = "#f2f3f1"; ink.fillRect(0, 0, size.x, size.y);
    await drawMap(ink, size.x, size.y);
    drawSweep(ink, size.x, size.y);
    ink.restore();
    ink.strokeStyle = "#8a9298"; ink.lineWidth = 1; ink.strokeRect(EDGE, top, size.x, size.y);
    await drawLegend(ink, size.x + 2 * EDGE, top + 14);
    drawScale(ink, size.x + 2 * EDGE, top + height - 4);
    let below = top + height + 26;
    for (const one of notes) below = write(ink, one, EDGE, below, width - 2 * EDGE, 11, 400, "#5c646b");
    return canvas;
  };
  own.picture = async function () {
    const canvas = await own.sheet();
    canvas.toBlob(function (blob) {
      const link = own.element("a", {href: URL.createObjectURL(blob), download: "peta.png"});
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    }, "image/png");
  };
})(petakumuh);
