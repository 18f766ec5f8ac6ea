// Plotly takes a click for the dot that the mouse was last over, and a finger is over none before it taps: it would pick
// the dot of the tap before. So a finger that comes down on a figure first says where it is, as a mouse does.
(() => {
  if (window.fittingRoomTapsFigures) return;
  window.fittingRoomTapsFigures = true;
  document.addEventListener("touchstart", (event) => {
    const figure = event.target instanceof Element && event.target.closest(".js-plotly-plot .nsewdrag");
    if (!figure || event.touches.length !== 1) return;
    const { clientX, clientY } = event.touches[0];
    figure.dispatchEvent(new MouseEvent("mousemove", { bubbles: true, view: window, clientX, clientY }));
  }, { capture: true, passive: true });
})();
