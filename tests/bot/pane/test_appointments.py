"""The staff pages name who comes to the next round, and how appointments changed."""

from storage.memory.store import MemoryStore
from tests.bot.pane.staff_site import StaffSite, said
from tests.handlers.appointments.booking import FIRST, SECOND, Booking

DAY = 24 * 3600_000


async def test_the_inbox_lists_appointments_with_their_cards() -> None:
    desk = Booking(MemoryStore())
    await desk.opens_times()
    await desk.joins("lee", "recruiter")
    await desk.invited("Mia", "Leo")
    await desk.books("Mia", FIRST)
    await desk.books("Leo", SECOND)
    await desk.books("Leo", "Cancel appointment")
    browser = await StaffSite(desk).signed_in("lee")
    first = await browser.page("/staff")
    assert "Changed since you last looked 2" in said(first)
    assert "Leo cancelled Tue 8 December 09:30–10:00 (UTC+8), Room 3 · spring" in said(first)
    assert f'<a href="/staff/candidate/{desk.interview_of("Leo")}"><bdi>Leo</bdi></a>' in first
    desk.now += 13 * DAY
    await browser.web.aclose()
    browser = await StaffSite(desk).signed_in("lee")
    page = said(await browser.page("/staff"))
    assert "Next round, today and 3 days on 1 Mia Tue 8 December 09:00–09:30 (UTC+8), Room 3 · spring" in page
    assert "Leo" not in page
    card = said(await browser.page(f"/staff/candidate/{desk.interview_of('Mia')}"))
    assert "Tue 8 December 09:00–09:30" in card
