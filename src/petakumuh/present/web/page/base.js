"use strict";
// What all parts of the page share: the state, words from data, elements, looks.
const petakumuh = {};
(function (own) {
  own.data = petakumuh_isi;
  // Texts of the data are inert entities; they become letters here, and reach the page as text, never as markup.
  own.read = text => text.replace(/&#(\d+);/g, (whole, code) => String.fromCodePoint(Number(code)));
  own.words = Object.fromEntries(Object.entries(own.data.kata).map(([key, text]) => [key, own.read(text)]));
  own.find = id => document.getElementById(id);
  own.element = function (tag, options, ...children) {
    const made = Object.assign(document.createElement(tag), options);
    made.append(...children);
    return made;
  };
  const SVG = "http://www.w3.org/2000/svg";
  own.svg = function (tag, attributes, ...children) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children);
    return made;
  };
  own.icon = path => own.svg("svg", {
    width: 18, height: 18, viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-width": 1.8,
    "stroke-linecap": "round", "stroke-linejoin": "round", "aria-hidden": "true",
  }, own.svg("path", {d: path}));

  own.layers = Object.fromEntries(own.data.lapisan.map((layer, at) => [layer.nama, Object.assign(layer, {nomor: at})]));
  own.paints = Object.fromEntries(own.data.cat.map(paint => [paint.nama, paint]));
  // t: up to which stop ground counts as handled, the last at first.
  own.state = {t: own.data.rekap.semua.angka.length - 1, level: "semua", row: 0, on: new Set()};

  // A hatch is a tile that stands once in the page, whoever uses it.
  const hatches = new Map();
  own.hatch = function (look) {
    const key = [look.arsir, look.arsir_warna, look.isi, look.pekat].join(" ");
    if (!hatches.has(key)) {
      const id = "arsir-" + hatches.size;
      hatches.set(key, id);
      own.find("pola").append(own.svg("pattern", {id: id, width: 8, height: 8, patternUnits: "userSpaceOnUse"},
        ...(look.isi ? [own.svg("rect", {width: 8, height: 8, fill: look.isi, "fill-opacity": look.pekat})] : []),
        own.svg("path", {d: look.arsir, fill: "none", stroke: look.arsir_warna, "stroke-width": 1.5})));
    }
    return "url(#" + hatches.get(key) + ")";
  };
  own.style = look => ({
    stroke: Boolean(look.garis), color: look.garis || "#000", weight: look.tebal, dashArray: look.putus.join(" ") || null,
    fill: true, fillColor: look.arsir ? own.hatch(look) : look.isi || "#fff", fillOpacity: look.arsir ? 1 : look.isi ? look.pekat : 0,
  });
  const SIGNS = {
    segitiga: (x, y, r) => `M${x} ${y - r * 1.15}L${x + r * 1.1} ${y + r * 0.8}H${x - r * 1.1}Z`,
    belah_ketupat: (x, y, r) => `M${x} ${y - r * 1.15}L${x + r * 1.15} ${y}L${x} ${y + r * 1.15}L${x - r * 1.15} ${y}Z`,
    lingkaran: (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0Z`,
  };
  own.sign = (look, x, y, r) => (SIGNS[look.tanda] || SIGNS.lingkaran)(x, y, r);
  own.swatch = function (look) {
    const style = own.style(look);
    const drawn = {
      fill: style.fillColor, "fill-opacity": style.fillOpacity, stroke: style.stroke ? style.color : "none",
      "stroke-width": Math.min(style.weight, 2.5), "stroke-dasharray": style.dashArray,
    };
    const shape = look.tanda ? own.svg("path", Object.assign(drawn, {d: own.sign(look, 13, 8, 5.5), "stroke-width": 1}))
      : own.svg("rect", Object.assign(drawn, {x: 1.5, y: 1.5, width: 23, height: 13, rx: 1}));
    return own.svg("svg", {width: 26, height: 16}, shape);
  };
})(petakumuh);
