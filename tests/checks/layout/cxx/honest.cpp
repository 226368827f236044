#include "honest.h"

namespace a_size_getter_returns_the_size_of_a_container
{
std::size_t A::getItems() const { return mItems.size(); }
std::size_t A::getSize() const { return mItems.size(); }
std::size_t A::size() const { return mItems.size(); }
} // namespace a_size_getter_returns_the_size_of_a_container

namespace a_size_getter_beside_a_member_of_that_name
{
std::size_t A::getSize() const { return mItems.size(); }
std::size_t A::getLength() const { return mName.size(); }
std::size_t A::getLast() const { return mLast; }
} // namespace a_size_getter_beside_a_member_of_that_name

namespace a_value_behind_a_pointer
{
int A::getLimit() const { return mImpl->limit; }
int A::getEnd() const { return mEnd; }
} // namespace a_value_behind_a_pointer

namespace a_computed_value
{
int A::getArea() const { return mWidth * mHeight; }
bool A::isEnabled() const { return mDepth.has_value(); }
int A::getDepth() const { return mDepth.value_or(mWidth); }
std::optional<int> A::getHeight() const { return mHeight; }
} // namespace a_computed_value

namespace another_member_under_its_name_the_other_agreeing
{
int A::getValue() const { return mCached; }
int A::getCached() const { return mCached; }
int A::getOther() const { return mOther; }
} // namespace another_member_under_its_name_the_other_agreeing

namespace a_lazily_made_string
{
std::string const& A::getName() const { if (mName.empty()) mName = std::to_string(mId); return mName; }
std::string A::getText() const { return mName + std::to_string(mId); }
int A::getLast() const { return mLast; }
void A::setId(int id) { mName.clear(); mLast = id; mId = id; }
} // namespace a_lazily_made_string

namespace setters_that_check_log_and_touch_more
{
void A::update() { mBeams = mLimit ? *mLimit : mWidth; }
void A::setWidth(int width) { if (width < 1) throw std::runtime_error(mLast); mWidth = width; update(); }
void A::setLimit(std::optional<int> const& limit) { mLimit = limit; if (mLimit) mBeams = *mLimit; }
void A::setItems(std::vector<int> items) { mItems = std::move(items); mWidth = int(mItems.size()); }
void A::setLast(std::string const& last) { if (last.size() > 9) throw std::runtime_error(last); mLast = last; }
void A::setBeams(int beams) { mWidth = mBeams; mBeams = beams; }
} // namespace setters_that_check_log_and_touch_more

namespace a_flexible_last_member
{
A::A(int count) : mCount(count) { for (int i = 0; i < 16; ++i) mData[i] = 0; }
char const* A::getData() const { return mData; }
int A::getCount() const { return mCount; }
} // namespace a_flexible_last_member

namespace stand_ins_that_return_the_object_itself
{
std::string& A::getNameRef() { return *reinterpret_cast<std::string*>(this); }
std::vector<int> const& A::getItems() const { return *reinterpret_cast<std::vector<int> const*>(this); }
} // namespace stand_ins_that_return_the_object_itself

namespace results_of_every_convention
{
std::pair<int, float> A::getPair() const { return mPair; }
double A::getX() const { return mX; }
float A::getY() const { return mY; }
__int128 A::getBig() const { return mBig; }
std::pair<double, long> A::getMixed() const { return mMixed; }
A::Three A::getThree() const { return mThree; }
A::Two A::getTwo() const { return mTwo; }
long double A::getLong() const { return mLong; }
char const* A::getText() const { return mText; }
void A::setX(double x) { mX = x; }
void A::setThree(Three three) { mThree = three; }
void A::setMixed(std::pair<double, long> m) { mMixed = m; }
void A::setBig(__int128 big) { mBig = big; }
} // namespace results_of_every_convention

namespace a_chained_setter_and_a_factory
{
A& A::setWidth(int width) { mWidth = width; return *this; }
A& A::setHeight(int height) { mHeight = height; return *this; }
A A::withName(std::string name) const { A copy(*this); copy.mName = std::move(name); return copy; }
A* A::self() { return this; }
} // namespace a_chained_setter_and_a_factory

namespace polymorphic_with_a_checked_downcast
{
struct B : A { long extra[4]; };
A::~A() {}
int A::getKind() const { return mKind; }
long A::getLast() const { return mLast; }
long A::deep() const { return static_cast<B const*>(this)->extra[3]; }
} // namespace polymorphic_with_a_checked_downcast
