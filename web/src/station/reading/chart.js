// A small line chart as SVG: values over time, told in words to whoever does not see it. Lines differ by their marks too.
const SVG_NAMES = 'http://www.w3.org/2000/svg';
const WIDTH = 340;
const HEIGHT = 200;
const EDGE = { left: 44, right: 14, top: 12, bottom: 28 };
const STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100];
const MOST_LINES = 5;

// `points`: [{ time, values }], the oldest first; `dates`: words of the first and the last day; `about`: all of it in words.
export function drawChart(points, dates, about) {
  const scale = scaleOf(points);
  const svg = shape('svg', { class: 'chart', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': about });
  for (const level of scale.levels) {
    svg.append(shape('line', { class: 'grid', x1: EDGE.left, x2: WIDTH - EDGE.right, y1: scale.y(level), y2: scale.y(level) }));
    svg.append(shape('text', { x: EDGE.left - 6, y: scale.y(level) + 4, 'text-anchor': 'end' }, levelWords(level)));
  }
  points[0].values.forEach((_, line) => svg.append(...lineOfValues(points, line, scale)));
  svg.append(shape('text', { x: EDGE.left, y: HEIGHT - 8 }, dates[0]), shape('text', { x: WIDTH - EDGE.right, y: HEIGHT - 8, 'text-anchor': 'end' }, dates[1]));
  return svg;
}

function lineOfValues(points, line, { x, y }) {
  const places = points.map(({ time, values }) => [x(time), y(values[line])]);
  const path = shape('polyline', { class: `line line-${line}`, points: places.map((place) => place.join(',')).join(' ') });
  const marks = places.map(([across, down]) => (line ? shape('rect', { class: 'mark', x: across - 4, y: down - 4, width: 8, height: 8 }) : shape('circle', { class: 'mark', cx: across, cy: down, r: 4.5 })));
  return [path, ...marks];
}

function scaleOf(points) {
  const all = points.flatMap(({ values }) => values);
  const [least, most] = [Math.min(...all), Math.max(...all)];
  const step = STEPS.find((each) => (most - least) / each <= MOST_LINES - 2) || STEPS.at(-1);
  const [bottom, top] = [Math.floor(least / step) * step - step / 2, Math.ceil(most / step) * step + step / 2];
  const [first, last] = [points[0].time, points.at(-1).time];
  const levels = [];
  for (let level = (Math.ceil(bottom / step) || 0) * step; level <= top; level += step) levels.push(level);
  const across = (WIDTH - EDGE.left - EDGE.right - 12) / (last - first || 1);
  const down = (HEIGHT - EDGE.top - EDGE.bottom) / (top - bottom);
  return { levels, x: (time) => round(EDGE.left + 6 + (time - first) * across), y: (value) => round(EDGE.top + (top - value) * down) };
}

const round = (number) => Math.round(number * 10) / 10;

const levelWords = (level) => new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(level);

function shape(name, attributes, ...children) {
  const made = document.createElementNS(SVG_NAMES, name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
  made.append(...children);
  return made;
}
