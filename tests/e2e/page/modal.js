// Notes what a call modal shows: `modal.steps`, the steps as they change, and `modal.tallest`, the
// longest bar that each side's wave has had. `modal.watch()` begins, at the element with id="it"; the
// wave is to move then, also in Firefox, which Playwright can't ask for less motion or for more.
(() => {
  const steps = [];
  const tallest = { input: 0, output: 0 };

  function watch() {
    window.matchMedia = () => ({ matches: false });
    const root = document.getElementById("it").shadowRoot;
    const look = () => {
      const step = root.querySelector("[aria-current]")?.textContent ?? "";
      if (step !== steps.at(-1)) steps.push(step);
      for (const side of ["input", "output"]) {
        const path = root.querySelector(`[data-path=${side}]`).getAttribute("d") ?? "";
        const bars = [...path.matchAll(/v([\d.]+)/g)].map(([, length]) => Number(length));
        tallest[side] = Math.max(tallest[side], ...bars);
      }
    };
    steps.length = tallest.input = tallest.output = 0;
    const changes = { attributes: true, childList: true, subtree: true };
    new MutationObserver(look).observe(root.querySelector("dialog"), changes);
  }

  window.modal = { watch, steps, tallest };
})();
