// Draws the map of a view in the place of its picture. Without this the picture stays, and the table says the same.
const place = document.getElementById("map-view");

async function draw() {
  const about = place.dataset;
  const { Map, NavigationControl, Popup, setWorkerUrl } = await import(about.library);
  setWorkerUrl(new URL(about.worker, location.href).href);
  const colours = about.colours.split(",");
  const byClass = colours.flatMap((colour, index) => [index, colour]);
  const [west, south, east, north] = about.bounds.split(",").map(Number);
  const view = document.createElement("div");
  view.className = "enough-map enough-map--drawn";
  place.append(view);
  const map = new Map({
    container: view,
    bounds: [[west, south], [east, north]],
    fitBoundsOptions: { padding: 16 },
    attributionControl: false,
    dragRotate: false,
    pitchWithRotate: false,
    cooperativeGestures: true,
    locale: { "Map.Title": place.dataset.title },
    style: {
      version: 8,
      sources: {
        areas: {
          type: "vector",
          tiles: [new URL(about.tiles, location.href).href.replaceAll("%7B", "{").replaceAll("%7D", "}")],
          bounds: [west, south, east, north],
          minzoom: 4,
          maxzoom: Number(about.nearest),
        },
      },
      layers: [
        { id: "ground", type: "background", paint: { "background-color": "#ffffff" } },
        {
          id: "levels",
          type: "fill",
          source: "areas",
          "source-layer": "areas",
          paint: { "fill-color": ["match", ["get", "class"], ...byClass, "#ffffff"] },
        },
        {
          id: "borders",
          type: "line",
          source: "areas",
          "source-layer": "areas",
          paint: { "line-color": "#505a5f", "line-width": 0.5 },
        },
      ],
    },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }));
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
  // The picture goes when there is something in its place.
  map.once("load", () => {
    place.querySelector("a").hidden = true;
    place.dataset.drawn = "yes";
  });
}

if (place) {
  draw().catch((error) => {
    place.querySelector(".enough-map--drawn")?.remove();
    console.warn("The map cannot be drawn here; its picture stays.", error);
  });
}
