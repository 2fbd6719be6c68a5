"use strict";
// Tools on the map: home, full screen, before and after, measuring, picture, print.
(function (own) {
  const ICONS = {
    rumah: "M4 11l8-7 8 7M6 10v10h12V10", layar: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
    sapu: "M12 3v18M8 8l-4 4 4 4M16 8l4 4-4 4", ukur: "M3 16L16 3l5 5L8 21zM7 12l2 2M10 9l2 2M13 6l2 2",
    gambar: "M12 4v11M7 11l5 5 5-5M4 20h16", cetak: "M7 9V4h10v5M7 17H4v-7h16v7h-3M7 14h10v6H7z",
  };
  let map;

  // A view as large as fits; from there whole steps. The tools stand on the right; nothing lies beneath them.
  own.fit = function (bounds) {
    map.options.zoomSnap = 0.25;
    map.fitBounds(bounds, {paddingTopLeft: [26, 26], paddingBottomRight: [62, 36], maxZoom: 17, animate: false});
    map.options.zoomSnap = 1;
  };
  own.home = () => own.fit(own.data.pandang);

  function bar() {
    const control = L.control({position: "topright"});
    control.onAdd = function () {
      const box = L.DomUtil.create("div", "leaflet-bar alat");
      const add = function (name, act) {
        const button = own.element("a", {href: "#", role: "button", id: "alat-" + name, title: own.words["alat_" + name]}, own.icon(ICONS[name]));
        button.setAttribute("aria-label", own.words["alat_" + name]);
        button.onclick = event => { event.preventDefault(); act(button); };
        box.append(button);
      };
      add("rumah", () => own.choose("semua", 0));
      add("layar", () => document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
      add("sapu", sweep);
      add("ukur", measure);
      add("gambar", () => own.picture());
      add("cetak", () => window.print());
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    control.addTo(map);
  }

  // Before and after: a line that is drawn across the map.
  let swept = null;
  function clip() {
    if (!swept) return;
    const size = map.getSize(), at = swept.share * size.x;
    const [top, bottom] = [map.containerPointToLayerPoint([0, 0]), map.containerPointToLayerPoint(size)];
    const x = map.containerPointToLayerPoint([at, 0]).x;
    swept.box.style.left = at + "px";
    const cut = (left, right) => `rect(${top.y}px,${right}px,${bottom.y}px,${left}px)`;
    map.getPane("sebelum").style.clip = cut(top.x, x);
    map.getPane("simbol_lama").style.clip = cut(top.x, x);
    for (const pane of ["bidang", "penanganan", "simbol"]) map.getPane(pane).style.clip = cut(x, bottom.x);
  }
  function sweep(button) {
    if (swept) {
      swept.box.remove(); swept = null;
      own.before(false); own.circled();
      map.off("move zoomend resize viewreset", clip);
      for (const pane of ["sebelum", "simbol_lama", "bidang", "penanganan", "simbol"]) map.getPane(pane).style.clip = "";
      button.setAttribute("aria-pressed", "false");
      return;
    }
    const grip = own.element("button", {type: "button", title: own.words.alat_sapu}, own.icon("M9 7l-5 5 5 5M15 7l5 5-5 5"));
    const box = own.element("div", {className: "sapu"}, own.element("span", {className: "kiri", textContent: own.words.sebelum}),
      own.element("span", {className: "kanan", textContent: own.words.sesudah}), grip);
    swept = {box, share: 0.5};
    const put = share => { swept.share = Math.min(0.98, Math.max(0.02, share)); clip(); };
    grip.onpointerdown = function (event) {
      grip.setPointerCapture(event.pointerId);
      grip.onpointermove = moved => put((moved.clientX - map.getContainer().getBoundingClientRect().left) / map.getSize().x);
    };
    grip.onpointerup = () => { grip.onpointermove = null; };
    grip.onkeydown = function (event) {
      const step = {ArrowLeft: -0.02, ArrowRight: 0.02}[event.key];
      if (step) { event.stopPropagation(); put(swept.share + step); }
    };
    L.DomEvent.disableClickPropagation(box);
    L.DomEvent.on(grip, "mousedown touchstart", L.DomEvent.stopPropagation);
    map.getContainer().append(box);
    own.before(true); own.circled();
    map.on("move zoomend resize viewreset", clip);
    button.setAttribute("aria-pressed", "true");
    clip();
  }
  own.swept = () => swept && swept.share;

  // Measuring on the ellipsoid: radii of curvature at the middle of what is drawn, right to a millionth over a city.
  function metres(corners) {
    const middle = corners.reduce((sum, one) => sum + one.lat, 0) / corners.length * Math.PI / 180;
    const bent = 1 - 0.00669437999014 * Math.sin(middle) ** 2;
    const north = 6378137 * (1 - 0.00669437999014) / bent ** 1.5, east = 6378137 / Math.sqrt(bent) * Math.cos(middle);
    return corners.map(one => [one.lng * Math.PI / 180 * east, one.lat * Math.PI / 180 * north]);
  }
  own.length = function (corners) {
    const at = metres(corners);
    return at.slice(1).reduce((sum, one, place) => sum + Math.hypot(one[0] - at[place][0], one[1] - at[place][1]), 0);
  };
  own.hectares = function (corners) {
    const at = metres(corners), [x, y] = at[0];
    const twice = at.reduce(function (sum, one, place) {
      const next = at[(place + 1) % at.length];
      return sum + (one[0] - x) * (next[1] - y) - (next[0] - x) * (one[1] - y);
    }, 0);
    return Math.abs(twice) / 2 / 10000;
  };
  const number = (value, decimals) => value.toLocaleString(own.data.bahasa === "id" ? "id-ID" : "en-GB",
    {minimumFractionDigits: decimals, maximumFractionDigits: decimals});
  const distance = m => m < 1000 ? number(m, 1) + " m" : number(m / 1000, 3) + " km";
  let ruler = null;
  function ruled() {
    const control = L.control({position: "topright"});
    control.onAdd = function () {
      const box = own.element("div", {className: "ukur-hasil", hidden: true, id: "ukur"});
      L.DomEvent.disableClickPropagation(box);
      return box;
    };
    control.addTo(map);
  }
  function measured() {
    const box = own.find("ukur"), corners = ruler.corners;
    const line = (label, value) => own.element("div", {}, label + " ", own.element("b", {textContent: value}));
    const said = corners.length < 2 ? [own.element("div", {textContent: own.words.ukur_mulai})]
      : [line(own.words.jarak, distance(own.length(corners)))];
    if (corners.length > 2) said.push(line(own.words.luas, number(own.hectares(corners), 4) + " ha"));
    const clear = own.element("button", {type: "button", textContent: own.words.hapus});
    clear.onclick = () => { ruler.corners = []; measured(); };
    if (corners.length) said.push(clear);
    box.replaceChildren(...said);
    ruler.shape.setLatLngs(corners);
    ruler.dots.clearLayers();
    corners.forEach(one => L.circleMarker(one, {pane: "ukur", radius: 4, color: "#22272b", weight: 1.5, fillColor: "#fff", fillOpacity: 1, interactive: false})
      .addTo(ruler.dots));
  }
  function point(event) {
    ruler.corners = [...ruler.corners, event.latlng];
    measured();
  }
  function measure(button) {
    const on = !own.measuring;
    own.measuring = on;
    button.setAttribute("aria-pressed", String(on));
    map.getContainer().classList.toggle("mengukur", on);
    own.find("ukur").hidden = !on;
    if (on) {
      const style = {pane: "ukur", color: "#22272b", weight: 2, dashArray: "5 4", fillColor: "#2a6db0", fillOpacity: 0.18, interactive: false};
      ruler = {corners: [], shape: L.polygon([], style).addTo(map), dots: L.layerGroup().addTo(map)};
      map.closePopup(); map.doubleClickZoom.disable(); map.on("click", point);
      measured();
    } else {
      map.off("click", point); map.doubleClickZoom.enable();
      ruler.shape.remove(); ruler.dots.remove(); ruler = null;
    }
  }

  // On paper nothing of the panel is below the edge: letters become smaller until all of it is above.
  function shrink(paper) {
    const panel = own.find("panel");
    for (let zoom = 1; zoom > 0.4; zoom -= 0.05) {
      for (const part of panel.children) part.style.zoom = paper ? zoom : "";
      if (!paper || panel.scrollHeight <= panel.clientHeight) return;
    }
  }

  own.tools = function () {
    map = own.map;
    L.control.zoom({position: "topright", zoomInTitle: own.words.perbesar, zoomOutTitle: own.words.perkecil}).addTo(map);
    bar(); ruled();
    L.control.scale({position: "bottomleft", imperial: false, maxWidth: 140}).addTo(map);
    // Credit without a flag: the page goes out under the name of a government.
    map.attributionControl.setPrefix("Leaflet");
    own.home();
    // The paper shows what the screen showed, and the screen shows it again.
    let kept = null;
    matchMedia("print").addEventListener("change", function (paper) {
      if (paper.matches) kept = {bounds: map.getBounds(), middle: map.getCenter(), zoom: map.getZoom()};
      map.invalidateSize({animate: false});
      map.options.zoomSnap = 0;
      if (paper.matches) map.fitBounds(kept.bounds, {animate: false}); else map.setView(kept.middle, kept.zoom, {animate: false});
      map.options.zoomSnap = 1;
      shrink(paper.matches);
    });
  };

  own.start = function (canvas) {
    document.documentElement.lang = own.data.bahasa;
    own.draw(canvas);
    own.tools();
    own.panel();
    own.names();
  };
})(petakumuh);
