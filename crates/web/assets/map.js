// Draws maps: that of a view in the place of its picture, and one on which a patch is picked. Without this the picture and the
// fields stay, and say the same.

/** A map of areas in an element that says where its tiles are and how it is drawn. */
async function base(place, className) {
  const about = place.dataset;
  const { Map, NavigationControl, Popup, setWorkerUrl } = await import(about.library);
  setWorkerUrl(new URL(about.worker, location.href).href);
  const colours = about.colours.split(",");
  const byClass = colours.flatMap((colour, index) => [index, colour]);
  const [west, south, east, north] = about.bounds.split(",").map(Number);
  const view = document.createElement("div");
  view.className = `enough-map ${className}`;
  place.append(view);
  const areas = { source: "areas", "source-layer": "areas" };
  const map = new Map({
    container: view,
    bounds: [[west, south], [east, north]],
    fitBoundsOptions: { padding: 16 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: true,
    locale: { "Map.Title": about.title },
    style: {
      version: 8,
      sources: {
        areas: {
          type: "vector",
          tiles: [new URL(about.tiles, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}")],
          bounds: [west, south, east, north],
          minzoom: 4,
          maxzoom: Number(about.nearest),
          promoteId: { areas: "code" },
        },
      },
      layers: [
        { id: "ground", type: "background", paint: { "background-color": "#ffffff" } },
        {
          id: "levels",
          type: "fill",
          ...areas,
          paint: { "fill-color": ["match", ["get", "class"], ...byClass, "#ffffff"] },
        },
        {
          id: "borders",
          type: "line",
          ...areas,
          paint: { "line-color": "#505a5f", "line-width": 0.5 },
        },
        {
          id: "markets",
          type: "line",
          source: "areas",
          "source-layer": "markets",
          layout: { "line-join": "round" },
          paint: { "line-color": "#0b0c0c", "line-width": 2 },
        },
      ],
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }));
  await map.once("load");
  // Where nobody lives whom the places are for, the map is hatched, as its legend is.
  map.addImage("hatched", hatch());
  const none = ["==", ["get", "class"], colours.length];
  map.addLayer({ id: "none", type: "fill", ...areas, filter: none, paint: { "fill-pattern": "hatched" } }, "borders");
  place.dataset.drawn = "yes";
  return { map, Popup, colours, areas };
}

/** A square of lines from lower left to upper right. */
function hatch() {
  const side = 8;
  const data = new Uint8Array(side * side * 4).fill(255);
  for (let x = 0; x < side; x++) data.set([80, 90, 95, 255], ((side - 1 - x) * side + x) * 4);
  return { width: side, height: side, data };
}

async function drawView(place) {
  const { map, Popup, colours } = await base(place, "enough-map--drawn");
  // The picture goes when there is something in its place.
  place.querySelector("a").hidden = true;
  map.on("click", "levels", (event) => {
    const area = event.features[0].properties;
    const link = document.createElement("a");
    link.href = `/areas/${encodeURIComponent(area.code)}`;
    link.className = "govuk-link";
    link.textContent = area.name;
    const text = document.createElement("p");
    text.className = "govuk-body-s govuk-!-margin-bottom-0";
    text.append(link, area.class < colours.length ? `: ${area.level} places for every 100` : ": no children");
    new Popup().setLngLat(event.lngLat).setDOMContent(text).addTo(map);
  });
}

/** Whether a point lies within a ring, by how often a line from it crosses the ring. */
function within([x, y], ring) {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[ax, ay], [bx, by]] = [ring[i], ring[j]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** The middle of the largest outline of a feature. */
function middle({ type, coordinates }) {
  const rings = type === "Polygon" ? [coordinates[0]] : coordinates.map((polygon) => polygon[0]);
  const ring = rings.reduce((a, b) => (b.length > a.length ? b : a));
  const sum = ring.reduce(([a, b], [x, y]) => [a + x, b + y], [0, 0]);
  return sum.map((number) => number / ring.length);
}

/** A map on which the codes of a field are picked: by clicking, or by drawing round them. */
async function drawPick(place) {
  const field = document.getElementById(place.dataset.field);
  place.hidden = false;
  const { map, areas } = await base(place, "enough-map--drawn");
  const said = place.querySelector("[role=status]");
  const codes = () => new Set(field.value.toUpperCase().split(/[\s,;]+/).filter(Boolean));
  let shown = new Set();
  const show = () => {
    const now = codes();
    for (const code of shown) if (!now.has(code)) map.removeFeatureState({ ...source, id: code });
    for (const code of now) map.setFeatureState({ ...source, id: code }, { picked: true });
    shown = now;
    said.textContent = `${now.size} codes in the field above.`;
  };
  const source = { source: areas.source, sourceLayer: areas["source-layer"] };
  const picked = ["case", ["boolean", ["feature-state", "picked"], false], 0.75, 0];
  map.addLayer({ id: "picked", type: "fill", ...areas, paint: { "fill-color": "#ffdd00", "fill-opacity": picked } }, "borders");
  map.addSource("round", { type: "geojson", data: { type: "FeatureCollection", features: [] } });
  map.addLayer({ id: "round", type: "line", source: "round", paint: { "line-color": "#d4351c", "line-width": 3 } });
  const keep = (now) => {
    field.value = [...now].join("\n");
    show();
  };
  field.addEventListener("input", show);
  show();

  // Drawing: every click is a corner, until the button is pressed again.
  const button = place.querySelector("button");
  let corners = null;
  const line = () => {
    const coordinates = corners?.length ? [...corners, corners[0]] : [];
    map.getSource("round").setData({ type: "Feature", properties: {}, geometry: { type: "LineString", coordinates } });
  };
  button.addEventListener("click", () => {
    if (corners === null) {
      corners = [];
      said.textContent = "Click corners on the map, then end the line.";
    } else {
      const now = codes();
      for (const feature of map.querySourceFeatures("areas", { sourceLayer: "areas" })) {
        if (corners.length > 2 && within(middle(feature.geometry), corners)) now.add(feature.properties.code);
      }
      corners = null;
      keep(now);
    }
    button.textContent = corners === null ? "Draw a line round neighbourhoods" : "End the line, and pick what is in it";
    line();
  });
  map.on("click", (event) => {
    if (corners !== null) {
      corners.push(event.lngLat.toArray());
      line();
      return;
    }
    const [feature] = map.queryRenderedFeatures(event.point, { layers: ["levels"] });
    if (!feature) return;
    const now = codes();
    if (!now.delete(feature.properties.code)) now.add(feature.properties.code);
    keep(now);
  });
}

for (const [id, draw] of [["map-view", drawView], ["map-pick", drawPick]]) {
  const place = document.getElementById(id);
  if (place) {
    draw(place).catch((error) => {
      place.querySelector(".enough-map--drawn")?.remove();
      console.warn("The map cannot be drawn here; what is beside it says the same.", error);
    });
  }
}
