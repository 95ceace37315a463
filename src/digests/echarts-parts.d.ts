// The library's lists of charts and components have types, but load all there are of them: half a second and 40 MB.
declare module 'echarts/lib/chart/bar/install.js' {
  export const install: typeof import('echarts/charts').BarChart;
}
declare module 'echarts/lib/component/grid/installSimple.js' {
  export const install: typeof import('echarts/components').GridSimpleComponent;
}
declare module 'echarts/lib/component/graphic/install.js' {
  export const install: typeof import('echarts/components').GraphicComponent;
}
