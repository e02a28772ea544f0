(() => {
  try {
    const { own, locale } = document.querySelector("main").dataset;
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const shown = Intl.DateTimeFormat(locale, {
      weekday: "long", day: "numeric", month: "long", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone,
    });
    for (const time of document.querySelectorAll("time.own")) {
      const line = document.createElement("p");
      line.className = "mine";
      const value = document.createElement("strong");
      value.textContent = shown.format(new Date(time.dateTime));
      line.append(own + " ", value, " " + zone.split("/").pop().replaceAll("_", " "));
      time.closest("p").after(line);
    }
  } catch {
    // An old browser: the host's time and UTC are there all the same.
  }
})();
