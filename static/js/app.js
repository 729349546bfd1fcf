// Small helps on top of pages that work without them. No page depends on this file.
"use strict";

const typing = (target) => target.closest("input, textarea, select, [contenteditable]");

// "/" goes to the client search.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const search = document.querySelector("[data-search]");
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// data-once: a second press while the first is on its way does nothing. Capture nothing: the form posts as ever.
document.addEventListener("submit", (event) => {
  const form = event.target.closest("form[data-once]");
  if (!form || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  if (event.submitter) {
    event.submitter.setAttribute("aria-disabled", "true");
    event.submitter.classList.add("busy");
  }
});

// Back from the browser's cache: let forms be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  for (const button of document.querySelectorAll(".busy")) {
    button.classList.remove("busy");
    button.removeAttribute("aria-disabled");
  }
});

// data-copy="id of a field": copies its value and says so for two seconds.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const word = button.querySelector("[data-copy-word]") || button;
  const before = word.textContent;
  try {
    await navigator.clipboard.writeText(field.value);
    word.textContent = "Copied";
  } catch {
    field.select();
    word.textContent = "Press Ctrl+C";
  }
  setTimeout(() => { word.textContent = before; }, 2000);
});

// data-select-all="name": ticks every box of that name in the same form; shows "some" as a dash.
const boxesOf = (all) => [...all.form.elements].filter(
  (box) => box.type === "checkbox" && box.name === all.dataset.selectAll && !box.disabled,
);
const showSome = (all) => {
  const ticked = boxesOf(all).map((box) => box.checked);
  all.checked = ticked.length > 0 && ticked.every(Boolean);
  all.indeterminate = !all.checked && ticked.some(Boolean);
};
document.addEventListener("change", (event) => {
  const changed = event.target;
  if (changed.matches("[data-select-all]")) {
    for (const box of boxesOf(changed)) box.checked = changed.checked;
  } else if (changed.form && changed.type === "checkbox") {
    for (const all of changed.form.querySelectorAll("[data-select-all]")) showSome(all);
  }
});

// What only works with JavaScript shows itself, here and in what htmx brings.
const wake = (root) => {
  for (const part of root.querySelectorAll("[data-copy][hidden], [data-select-all][hidden]")) part.hidden = false;
  for (const all of root.querySelectorAll("[data-select-all]")) showSome(all);
  root.querySelector("[data-focus]")?.focus();
};
document.addEventListener("htmx:load", (event) => wake(event.detail.elt));
wake(document);
